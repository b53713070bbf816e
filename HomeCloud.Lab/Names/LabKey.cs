using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace HomeCloud.Lab.Names;

/// <summary>The key (ECDSA P-256, RFC 6605) that signs the lab's root and its zone <c>example.</c>: made for one lab, and believed there only.</summary>
public sealed class LabKey : IDisposable
{
    private const byte Algorithm = 13;
    private const byte Sha256Digest = 2;

    private static readonly TimeSpan Validity = TimeSpan.FromDays(7);

    private readonly ECDsa _key;

    private LabKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;

        // Flags 257: a key of a zone, and its entry point; protocol 3.
        Data = [1, 1, 3, Algorithm, .. point.X!, .. point.Y!];
    }

    /// <summary>RDATA of its DNSKEY record.</summary>
    public byte[] Data { get; }

    /// <summary>A line for <c>--trust-anchor</c>.</summary>
    public string Anchor => $". DNSKEY 257 3 {Algorithm} {Convert.ToBase64String(Data.AsSpan(4))}";

    public string Pem => _key.ExportPkcs8PrivateKeyPem();

    public static LabKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static LabKey Read(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new LabKey(key);
    }

    public void Dispose() => _key.Dispose();

    /// <summary>RDATA of the DS record of a zone that has this key (RFC 4034 §5.1.4).</summary>
    public byte[] Delegation(string zone)
    {
        var hashed = new List<byte>();
        WireText.WriteName(hashed, zone);
        hashed.AddRange(Data);
        return [(byte)(Tag >> 8), (byte)Tag, Algorithm, Sha256Digest, .. SHA256.HashData(hashed.ToArray())];
    }

    /// <summary>RDATA of the RRSIG record over an RRset of one record (RFC 4034 §3.1.8.1).</summary>
    public byte[] Sign(string zone, string owner, RecordKind kind, int ttl, byte[] data)
    {
        var now = DateTimeOffset.UtcNow;
        var head = new List<byte>();
        WireText.WriteUInt16(head, (int)kind);
        head.Add(Algorithm);
        head.Add((byte)owner.Split('.', StringSplitOptions.RemoveEmptyEntries).Length);
        WriteUInt32(head, (uint)ttl);
        WriteUInt32(head, (uint)(now + Validity).ToUnixTimeSeconds());
        WriteUInt32(head, (uint)(now - Validity).ToUnixTimeSeconds());
        WireText.WriteUInt16(head, Tag);
        WireText.WriteName(head, zone);
        var signed = new List<byte>(head);
        WireText.WriteRecord(signed, owner.ToLower(CultureInfo.InvariantCulture), kind, ttl, data);
        return [.. head, .. _key.SignData(signed.ToArray(), HashAlgorithmName.SHA256)];
    }

    // RFC 4034 appendix B.
    private ushort Tag
    {
        get
        {
            var sum = 0u;
            for (var i = 0; i < Data.Length; i++)
                sum += (i & 1) == 0 ? (uint)Data[i] << 8 : Data[i];
            return (ushort)(sum + (sum >> 16));
        }
    }

    private static void WriteUInt32(List<byte> target, uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        target.AddRange(octets);
    }
}
