using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>An RRSIG record, RFC 4034 §3.</summary>
internal sealed class RecordSignature
{
    private const int FixedSize = 18;

    private RecordSignature(byte[] data, int signerLength)
    {
        Covered = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(data);
        Algorithm = data[2];
        Labels = data[3];
        OriginalTtl = BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(4));
        Expiration = BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(8));
        Inception = BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(12));
        Tag = BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(16));
        Signer = data[FixedSize..(FixedSize + signerLength)];
        Signed = data[..(FixedSize + signerLength)];
        Signature = data[(FixedSize + signerLength)..];
    }

    public RecordType Covered { get; }

    public byte Algorithm { get; }

    /// <summary>Labels of the owner as signed, without root and asterisk.</summary>
    public byte Labels { get; }

    public uint OriginalTtl { get; }

    /// <summary>Seconds since 1970, modulo 2^32 (RFC 1982), as <see cref="Inception"/>.</summary>
    public uint Expiration { get; }

    public uint Inception { get; }

    public ushort Tag { get; }

    /// <summary>The zone whose key signed, folded.</summary>
    public byte[] Signer { get; }

    /// <summary>RDATA without the signature, which is signed too; the signer's name is folded.</summary>
    public byte[] Signed { get; }

    public byte[] Signature { get; }

    /// <param name="data">RDATA.</param>
    /// <returns>Null when it is malformed.</returns>
    public static RecordSignature? Read(ReadOnlySpan<byte> data)
    {
        if (data.Length <= FixedSize)
            return null;
        var length = DnsName.Measure(data[FixedSize..]);
        if (length == 0 || FixedSize + length >= data.Length)
            return null;
        var copy = data.ToArray();
        DnsName.Fold(copy.AsSpan(FixedSize, length));
        return new RecordSignature(copy, length);
    }

    /// <summary>Whether the signature is no longer valid at this time.</summary>
    public bool HasExpired(uint now) => (int)(now - Expiration) > 0;

    public bool IsEarly(uint now) => (int)(Inception - now) > 0;
}
