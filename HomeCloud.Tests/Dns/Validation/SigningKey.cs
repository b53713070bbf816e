using System.Buffers.Binary;
using System.Security.Cryptography;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>A key (ECDSA P-256) that signs whatever a test has.</summary>
internal sealed class SigningKey : IDisposable
{
    public static readonly uint Now = 1_900_000_000;

    private readonly ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SigningKey()
    {
        var point = _ecdsa.ExportParameters(false).Q;
        Data = [1, 1, 3, 13, .. point.X!, .. point.Y!];
        Key = ZoneKey.Read(Data)!;
    }

    /// <summary>RDATA of its DNSKEY record.</summary>
    public byte[] Data { get; }

    public ZoneKey Key { get; }

    /// <summary>The same with the flag that it was revoked (RFC 5011 §7).</summary>
    public byte[] Revoked => [1, 0x81, .. Data[2..]];

    /// <summary>RDATA of an RRSIG over an RRset of one record.</summary>
    /// <param name="owner">The name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="data">RDATA of the one record.</param>
    /// <param name="signer">Folded: the zone; null: the root.</param>
    public byte[] Sign(byte[] owner, RecordType type, byte[] data, byte[]? signer = null) => Sign(owner, type, [data], signer);

    /// <inheritdoc cref="Sign(byte[], RecordType, byte[], byte[])"/>
    /// <param name="from">When the signature was made; null: lately.</param>
    /// <param name="until">When it ends; null: soon.</param>
    /// <param name="isRevoked">The signature is by the key with the flag that says so.</param>
    public byte[] Sign(byte[] owner, RecordType type, IEnumerable<byte[]> data, byte[]? signer = null, uint? from = null, uint? until = null, bool isRevoked = false)
    {
        byte[] head = [.. new byte[18], .. signer ?? [0]];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        head[2] = 13;
        head[3] = (byte)(DnsName.CountLabels(owner) - (owner[0] == 1 && owner[1] == '*' ? 1 : 0));
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), 300);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), until ?? (Now + 1_000));
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(12), from ?? (Now - 1_000));
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(16), isRevoked ? ZoneKey.Read(Revoked)!.Tag : Key.Tag);
        var set = new SignedSet(owner, type, Section.Answer);
        set.Data.AddRange(data);
        var octets = set.SignedOctets(RecordSignature.Read([.. head, 0])!)!;
        return [.. head, .. _ecdsa.SignData(octets, HashAlgorithmName.SHA256)];
    }

    public void Dispose() => _ecdsa.Dispose();
}
