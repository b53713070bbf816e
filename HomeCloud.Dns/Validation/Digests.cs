using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace HomeCloud.Dns.Validation;

/// <summary>Hashes of DNSSEC.</summary>
internal static class Digests
{
    public const int Sha1Length = SHA1.HashSizeInBytes;

    private const byte Sha1 = 1;
    private const byte Sha256 = 2;
    private const byte Sha384 = 4;

    /// <summary>Whether a DS record with this digest type counts (RFC 8624 §3.3). GOST is not implemented.</summary>
    public static bool IsSupported(byte type) => type is Sha1 or Sha256 or Sha384;

    /// <summary>Whether SHA-1 is the digest: then a DS record counts only when its zone has no better one (RFC 4509 §3).</summary>
    public static bool IsWeak(byte type) => type == Sha1;

    /// <param name="type">A supported digest type of DS records.</param>
    /// <param name="data">What is hashed.</param>
    public static byte[] Compute(byte type, ReadOnlySpan<byte> data) => type switch
    {
        Sha256 => SHA256.HashData(data),
        Sha384 => SHA384.HashData(data),
        _ => HashSha1(data),
    };

    /// <summary>SHA-1 into 20 octets: NSEC3 knows no other hash (RFC 5155 §11).</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The protocol lays it down; what is hidden by it is not secret.")]
    public static void ComputeSha1(ReadOnlySpan<byte> data, Span<byte> hash) => SHA1.HashData(data, hash);

    private static byte[] HashSha1(ReadOnlySpan<byte> data)
    {
        var hash = new byte[Sha1Length];
        ComputeSha1(data, hash);
        return hash;
    }
}
