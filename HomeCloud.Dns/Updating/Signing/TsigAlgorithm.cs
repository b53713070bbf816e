using System.Security.Cryptography;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating.Signing;

/// <summary>How a key signs, RFC 8945 §6. What is left out is broken (MD5), not recommended (SHA-1) or used by nobody.</summary>
public sealed class TsigAlgorithm
{
    private static readonly TsigAlgorithm[] All =
    [
        new("hmac-sha256", HashAlgorithmName.SHA256, HMACSHA256.HashSizeInBytes),
        new("hmac-sha384", HashAlgorithmName.SHA384, HMACSHA384.HashSizeInBytes),
        new("hmac-sha512", HashAlgorithmName.SHA512, HMACSHA512.HashSizeInBytes),
    ];

    private readonly HashAlgorithmName _hash;

    private TsigAlgorithm(string text, HashAlgorithmName hash, int length)
    {
        _hash = hash;
        Text = text;
        Name = DnsName.Parse(text);
        Length = length;
    }

    /// <summary>As key files write it.</summary>
    public string Text { get; }

    /// <summary>The same as a name, folded, in wire form.</summary>
    public byte[] Name { get; }

    /// <summary>Octets of a whole MAC.</summary>
    public int Length { get; }

    public static string Texts => string.Join(", ", All.Select(algorithm => algorithm.Text));

    /// <returns>Null: not one of ours.</returns>
    public static TsigAlgorithm? Of(string text) => Array.Find(All, algorithm => algorithm.Text.Equals(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>A MAC that takes octets in parts.</summary>
    public IncrementalHash Begin(byte[] secret) => IncrementalHash.CreateHMAC(_hash, secret);
}

/// <summary>One key, as its file has it.</summary>
/// <param name="Name">Folded, in wire form.</param>
/// <param name="Algorithm">The only one that it is used with.</param>
/// <param name="Secret">Never shown.</param>
public sealed record TsigKey(byte[] Name, TsigAlgorithm Algorithm, byte[] Secret)
{
    public override string ToString() => DnsName.ToText(Name);
}
