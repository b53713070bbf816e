using System.Security.Cryptography;
using HomeCloud.Dns.Validation;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Org.BouncyCastle.Security;

namespace HomeCloud.Tests.Dns.Validation;

public sealed class SignatureAlgorithmTests
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    public static TheoryData<byte> Algorithms => [8, 10, 13, 14, 15, 16];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_signature_holds_for_its_data_and_its_key_alone(byte algorithm)
    {
        var (key, signature) = Sign(algorithm);
        var (otherKey, _) = Sign(algorithm);
        SignatureAlgorithm.IsSupported(algorithm).Should().BeTrue();
        SignatureAlgorithm.Verify(algorithm, key, Data, signature).Should().BeTrue();
        SignatureAlgorithm.Verify(algorithm, key, [.. Data, 0], signature).Should().BeFalse();
        SignatureAlgorithm.Verify(algorithm, otherKey, Data, signature).Should().BeFalse();
        signature[^1] ^= 1;
        SignatureAlgorithm.Verify(algorithm, key, Data, signature).Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Keys_and_signatures_of_any_octets_are_no_more_than_wrong(byte algorithm)
    {
        var (key, signature) = Sign(algorithm);
        var random = new Random(algorithm);
        for (var i = 0; i < 300; i++)
        {
            var octets = new byte[random.Next(600)];
            random.NextBytes(octets);
            SignatureAlgorithm.Verify(algorithm, octets, Data, signature).Should().BeFalse();
            SignatureAlgorithm.Verify(algorithm, key, Data, octets).Should().BeFalse();
            var cut = key[..random.Next(key.Length)];
            SignatureAlgorithm.Verify(algorithm, cut, Data, signature).Should().BeFalse();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(200)]
    public void Others_do_not_count(byte algorithm) => SignatureAlgorithm.IsSupported(algorithm).Should().BeFalse();

    private static (byte[] Key, byte[] Signature) Sign(byte algorithm)
    {
        if (algorithm is 8 or 10)
        {
            using var rsa = RSA.Create(2048);
            var parameters = rsa.ExportParameters(false);
            return ([(byte)parameters.Exponent!.Length, .. parameters.Exponent, .. parameters.Modulus!], rsa.SignData(Data, algorithm == 8 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));
        }

        if (algorithm is 13 or 14)
        {
            using var ecdsa = ECDsa.Create(algorithm == 13 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384);
            var point = ecdsa.ExportParameters(false).Q;
            return ([.. point.X!, .. point.Y!], ecdsa.SignData(Data, algorithm == 13 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384));
        }

        var random = new SecureRandom();
        if (algorithm == 15)
        {
            var (secret, open, signature) = (new byte[Ed25519.SecretKeySize], new byte[Ed25519.PublicKeySize], new byte[Ed25519.SignatureSize]);
            Ed25519.GeneratePrivateKey(random, secret);
            Ed25519.GeneratePublicKey(secret, 0, open, 0);
            Ed25519.Sign(secret, 0, Data, 0, Data.Length, signature, 0);
            return (open, signature);
        }

        var (secret448, open448, signature448) = (new byte[Ed448.SecretKeySize], new byte[Ed448.PublicKeySize], new byte[Ed448.SignatureSize]);
        Ed448.GeneratePrivateKey(random, secret448);
        Ed448.GeneratePublicKey(secret448, 0, open448, 0);
        Ed448.Sign(secret448, 0, [], Data, 0, Data.Length, signature448, 0);
        return (open448, signature448);
    }
}
