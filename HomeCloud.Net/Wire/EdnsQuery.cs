using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>What the OPT record of a query says (RFC 6891), with the options that a server acts on. A plain value: it may be kept after the message is gone.</summary>
/// <remarks>Small fields first, so that it takes five words: it is copied for every query.</remarks>
public readonly record struct EdnsQuery
{
    /// <summary>Whether the query had an OPT record; the answer has one exactly then.</summary>
    public bool Present { get; init; }

    public byte Version { get; init; }

    /// <summary>The asker's UDP size as written; below 512 it counts as 512 (RFC 6891 §6.2.3).</summary>
    public ushort UdpSize { get; init; }

    public bool DnssecOk { get; init; }

    public bool WantsNsid { get; init; }

    /// <summary>RFC 7828: only meaningful on TCP.</summary>
    public bool WantsKeepalive { get; init; }

    /// <summary>The asker padded its query, and so may be answered with padding (RFC 7830 §4).</summary>
    public bool WantsPadding { get; init; }

    public bool HasCookie { get; init; }

    /// <summary>Octets of the server cookie: 0, or 8 to 32. Only 16 are ours.</summary>
    public byte ServerCookieLength { get; init; }

    /// <summary>Where the OPT record begins in the received message.</summary>
    public ushort RecordOffset { get; init; }

    /// <summary>Where its options begin in the received message.</summary>
    public ushort OptionsOffset { get; init; }

    public ushort OptionsLength { get; init; }

    /// <summary>The client cookie's eight octets, big-endian (RFC 7873 §4).</summary>
    public ulong ClientCookie { get; init; }

    /// <summary>The server cookie's first and second eight octets, when it has sixteen.</summary>
    public ulong ServerCookieHigh { get; init; }

    /// <inheritdoc cref="ServerCookieHigh"/>
    public ulong ServerCookieLow { get; init; }

    /// <summary>Reads all records behind the question; they must end where the message ends.</summary>
    /// <returns>False when a record is malformed, when there are two OPT records (RFC 6891 §6.1.1), or when one is not owned by the root or not in the additional section.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, int position, out EdnsQuery edns)
    {
        edns = default;
        var reader = new MessageReader(message, position);
        var before = MessageHeader.AnswerCount(message) + MessageHeader.AuthorityCount(message);
        var all = before + MessageHeader.AdditionalCount(message);
        for (var i = 0; i < all; i++)
        {
            if (!reader.TryReadRecord(out var record))
                return false;
            if (record.Type != RecordType.Opt)
                continue;
            if (i < before || edns.Present || message[record.NameOffset] != 0)
                return false;
            if (!TryReadOpt(message, record, out edns))
                return false;
        }

        return reader.AtEnd;
    }

    private static bool TryReadOpt(ReadOnlySpan<byte> message, RecordView record, out EdnsQuery edns)
    {
        edns = new EdnsQuery
        {
            Present = true,
            Version = (byte)(record.Ttl >> 16),
            UdpSize = (ushort)record.Class,
            DnssecOk = (record.Ttl & 0x8000) != 0,
            RecordOffset = (ushort)record.NameOffset,
            OptionsOffset = (ushort)record.DataOffset,
            OptionsLength = (ushort)record.DataLength,
        };
        return record.DataLength == 0 || TryReadOptions(message.Slice(record.DataOffset, record.DataLength), ref edns);
    }

    private static bool TryReadOptions(ReadOnlySpan<byte> data, ref EdnsQuery edns)
    {
        var options = new EdnsOptionReader(data);
        while (options.TryReadOption(out var code, out var value))
        {
            switch (code)
            {
                case EdnsOptionCode.Nsid:
                    edns = edns with { WantsNsid = true };
                    break;
                case EdnsOptionCode.TcpKeepalive:
                    edns = edns with { WantsKeepalive = true };
                    break;
                case EdnsOptionCode.Padding:
                    edns = edns with { WantsPadding = true };
                    break;
                case EdnsOptionCode.Cookie when !edns.HasCookie:
                    if (!TryReadCookie(value, ref edns))
                        return false;
                    break;
            }
        }

        return options.AtEnd;
    }

    // RFC 7873 §5.2.2: any other length is a format error.
    private static bool TryReadCookie(ReadOnlySpan<byte> value, ref EdnsQuery edns)
    {
        if (value.Length is not (8 or (>= 16 and <= 40)))
            return false;
        var ours = value.Length == 24;
        edns = edns with
        {
            HasCookie = true,
            ClientCookie = BinaryPrimitives.ReadUInt64BigEndian(value),
            ServerCookieLength = (byte)(value.Length - 8),
            ServerCookieHigh = ours ? BinaryPrimitives.ReadUInt64BigEndian(value[8..]) : 0,
            ServerCookieLow = ours ? BinaryPrimitives.ReadUInt64BigEndian(value[16..]) : 0,
        };
        return true;
    }
}
