using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>DSA and RSA with SHA-1 (RFC 2536, RFC 3110): the algorithms in which most scenarios are signed, and which no validator takes any more (RFC 8624 §3.1, RFC 9905).</summary>
internal static class RetiredAlgorithm
{
    private const byte Dsa = 3;
    private const byte RsaSha1 = 5;
    private const byte DsaNsec3 = 6;
    private const byte RsaSha1Nsec3 = 7;
    private const int Sha1Length = 20;

    public static bool Is(byte algorithm) => algorithm is Dsa or RsaSha1 or DsaNsec3 or RsaSha1Nsec3;

    /// <summary>Whether it is DSA.</summary>
    public static bool IsDsa(byte algorithm) => algorithm is Dsa or DsaNsec3;

    /// <summary>Whether a signature was made with a key; false also for what is no key.</summary>
    public static bool Verify(byte algorithm, ReadOnlySpan<byte> key, byte[] octets, byte[] signature)
    {
        try
        {
            return IsDsa(algorithm) ? VerifyDsa(key, octets, signature) : VerifyRsa(key, octets, signature);
        }
        catch (Exception malformed) when (malformed is ArgumentException or CryptoException or IOException or IndexOutOfRangeException)
        {
            return false;
        }
    }

    private static bool VerifyRsa(ReadOnlySpan<byte> key, byte[] octets, byte[] signature)
    {
        var (start, length) = key[0] == 0 ? (3, (key[1] << 8) | key[2]) : (1, key[0]);
        var signer = new RsaDigestSigner(new Sha1Digest());
        signer.Init(false, new RsaKeyParameters(false, Number(key[(start + length)..]), Number(key.Slice(start, length))));
        signer.BlockUpdate(octets, 0, octets.Length);
        return signer.VerifySignature(signature);
    }

    private static bool VerifyDsa(ReadOnlySpan<byte> key, byte[] octets, byte[] signature)
    {
        var size = 64 + (8 * key[0]);
        var q = Number(key.Slice(1, Sha1Length));
        var (p, g, y) = (Number(key.Slice(1 + Sha1Length, size)), Number(key.Slice(1 + Sha1Length + size, size)), Number(key.Slice(1 + Sha1Length + (2 * size), size)));
        var signer = new DsaDigestSigner(new DsaSigner(), new Sha1Digest());
        signer.Init(false, new DsaPublicKeyParameters(y, new DsaParameters(p, q, g)));
        signer.BlockUpdate(octets, 0, octets.Length);

        // As RFC 2536 lays down, or as OpenSSL wrote it, which the makers of these files took over.
        return signer.VerifySignature(signature.Length == 1 + (2 * Sha1Length)
            ? StandardDsaEncoding.Instance.Encode(q, Number(signature.AsSpan(1, Sha1Length)), Number(signature.AsSpan(1 + Sha1Length)))
            : signature);
    }

    private static BigInteger Number(ReadOnlySpan<byte> octets) => new(1, octets.ToArray());
}
