using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace HomeCloud.Dns.Validation;

/// <summary>The signature algorithms that count (RFC 8624 §3.1), by their DNSSEC numbers. A zone signed with others alone is insecure.</summary>
internal static class SignatureAlgorithm
{
    private const byte RsaSha256 = 8;
    private const byte RsaSha512 = 10;
    private const byte EcdsaP256 = 13;
    private const byte EcdsaP384 = 14;
    private const byte Ed25519Number = 15;
    private const byte Ed448Number = 16;

    /// <summary>Octets of the largest modulus that is tried: 4096 bits, as RFC 3110 §4 lays down.</summary>
    private const int MaxModulus = 512;

    /// <summary>Octets of the smallest: 1024 bits, RFC 5702 §2.2 for SHA-512, and what is left of it in use.</summary>
    private const int MinModulus = 128;

    /// <summary>Octets of the largest exponent: a longer one only makes verification slow.</summary>
    private const int MaxExponent = 8;

    public static bool IsSupported(byte algorithm) => algorithm is RsaSha256 or RsaSha512 or EcdsaP256 or EcdsaP384 or Ed25519Number or Ed448Number;

    /// <summary>Whether the signature is that of the key. False also for a key that is malformed.</summary>
    public static bool Verify(byte algorithm, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            return algorithm switch
            {
                RsaSha256 => VerifyRsa(algorithm, publicKey, data, signature, HashAlgorithmName.SHA256),
                RsaSha512 => VerifyRsa(algorithm, publicKey, data, signature, HashAlgorithmName.SHA512),
                EcdsaP256 => VerifyEcdsa(algorithm, ECCurve.NamedCurves.nistP256, 32, publicKey, data, signature, HashAlgorithmName.SHA256),
                EcdsaP384 => VerifyEcdsa(algorithm, ECCurve.NamedCurves.nistP384, 48, publicKey, data, signature, HashAlgorithmName.SHA384),
                Ed25519Number => publicKey.Length == Ed25519.PublicKeySize && signature.Length == Ed25519.SignatureSize
                    && Ed25519.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, data.ToArray(), 0, data.Length),
                Ed448Number => publicKey.Length == Ed448.PublicKeySize && signature.Length == Ed448.SignatureSize
                    && Ed448.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, [], data.ToArray(), 0, data.Length),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            // The library's way to say that octets are no key: no point of the curve, an even modulus.
            return false;
        }
    }

    private static bool VerifyRsa(byte algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        var ready = ReadyKeys.Take(algorithm, key);
        if (ready is null && ReadRsa(key) is { } read)
            ready = new ReadyKey(algorithm, key.ToArray(), read);
        if (ready is null)
            return false;
        var holds = ((RSA)ready.Key).VerifyData(data, signature, hash, RSASignaturePadding.Pkcs1);
        ReadyKeys.Keep(ready);
        return holds;
    }

    // RFC 3110 §2: one octet, or 0 and two, say how long the exponent is; the modulus is the rest.
    private static RSA? ReadRsa(ReadOnlySpan<byte> key)
    {
        if (key.Length < 3)
            return null;
        var (start, length) = key[0] == 0 ? (3, (key[1] << 8) | key[2]) : (1, key[0]);
        if (length == 0 || length > key.Length - start)
            return null;
        var exponent = key.Slice(start, length).TrimStart((byte)0);
        var modulus = key[(start + length)..].TrimStart((byte)0);
        if (exponent.Length is 0 or > MaxExponent || modulus.Length is < MinModulus or > MaxModulus)
            return null;
        return RSA.Create(new RSAParameters { Exponent = exponent.ToArray(), Modulus = modulus.ToArray() });
    }

    // RFC 6605 §4: the two coordinates, and the two numbers of the signature, one after the other.
    private static bool VerifyEcdsa(byte algorithm, ECCurve curve, int size, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        if (key.Length != 2 * size || signature.Length != 2 * size)
            return false;
        var ready = ReadyKeys.Take(algorithm, key)
            ?? new ReadyKey(algorithm, key.ToArray(), ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = key[..size].ToArray(), Y = key[size..].ToArray() } }));
        var holds = ((ECDsa)ready.Key).VerifyData(data, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        ReadyKeys.Keep(ready);
        return holds;
    }
}
