using System.Buffers.Binary;

namespace HomeCloud.Dns.Validation;

/// <summary>A DNSKEY record, RFC 4034 §2.</summary>
internal sealed class ZoneKey
{
    private const ushort ZoneFlag = 0x0100;
    private const ushort RevokeFlag = 0x0080;
    private const ushort EntryPointFlag = 0x0001;
    private const byte DnssecProtocol = 3;

    private readonly byte[] _data;

    private ZoneKey(byte[] data)
    {
        _data = data;
        Tag = ComputeTag(data);
    }

    public ushort Tag { get; }

    public byte Algorithm => _data[3];

    /// <summary>It signs the records of a zone: the flag is set (RFC 4034 §2.1.1), the protocol is 3, and its owner has not revoked it (RFC 5011 §2.1).</summary>
    public bool SignsZone => (Flags & ZoneFlag) != 0 && (Flags & RevokeFlag) == 0 && _data[2] == DnssecProtocol;

    /// <summary>Its holder has withdrawn it (RFC 5011 §7).</summary>
    public bool IsRevoked => (Flags & RevokeFlag) != 0;

    /// <summary>It is meant to be a trust anchor (SEP, RFC 4034 §2.1.1).</summary>
    public bool IsEntryPoint => (Flags & EntryPointFlag) != 0;

    public ReadOnlySpan<byte> PublicKey => _data.AsSpan(4);

    /// <summary>RDATA.</summary>
    public ReadOnlySpan<byte> Data => _data;

    private ushort Flags => BinaryPrimitives.ReadUInt16BigEndian(_data);

    /// <returns>Null when the data is too short to be a key.</returns>
    public static ZoneKey? Read(byte[] data) => data.Length > 4 ? new ZoneKey(data) : null;

    /// <summary>The same key without the flag that says it was revoked; its tag was another.</summary>
    public ZoneKey BeforeRevocation()
    {
        var data = (byte[])_data.Clone();
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)(Flags & ~RevokeFlag));
        return new ZoneKey(data);
    }

    // RFC 4034 appendix B.
    private static ushort ComputeTag(ReadOnlySpan<byte> data)
    {
        var sum = 0u;
        for (var i = 0; i < data.Length; i++)
            sum += (i & 1) == 0 ? (uint)data[i] << 8 : data[i];
        sum += sum >> 16;
        return (ushort)sum;
    }
}
