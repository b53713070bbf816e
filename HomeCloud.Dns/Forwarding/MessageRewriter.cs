using System.Buffers;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>
/// Writes a response anew from the records that were kept. Needed only when something was dropped: names of later
/// records may be compressed against what is gone. Names inside RDATA are unpacked for the types that may hold
/// compressed ones (RFC 3597 §4); all other RDATA is copied as it is.
/// </summary>
internal static class MessageRewriter
{
    private static ReadOnlySpan<byte> QuestionPointer => [0xC0, MessageHeader.Size];

    /// <returns>Null when RDATA is malformed or the message would be too long.</returns>
    public static byte[]? Rewrite(ReplyRecords records, CacheQuestion question)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MessageHeader.MaxMessageSize);
        var data = ArrayPool<byte>.Shared.Rent(MessageHeader.MaxMessageSize);
        try
        {
            records.Message.AsSpan(0, question.QuestionEnd).CopyTo(buffer);
            var writer = new MessageWriter(buffer.AsSpan(0, MessageHeader.MaxMessageSize), question.QuestionEnd);
            foreach (ref var record in records.Records)
            {
                if (!record.Kept) continue;
                var owner = records.Owner(record);
                var length = UnpackData(records.Message, record.View, data);
                if (length < 0) return null;
                if (!writer.TryWriteRecord(
                    record.Section,
                    owner.SequenceEqual(question.Name) ? QuestionPointer : owner,
                    record.View.Type,
                    record.View.Class,
                    record.View.Ttl,
                    data.AsSpan(0, length)))
                {
                    return null;
                }
            }

            return buffer[..writer.Finish(MessageHeader.Flags(records.Message))];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(data);
        }
    }

    // Octets before the names, number of names; what follows them is copied. RFC 1035 §3.3 and the list in RFC 3597 §4.
    private static (int Before, int Names) Layout(ReadOnlySpan<byte> message, in RecordView record) => (ushort)record.Type switch
    {
        2 or 3 or 4 or 5 or 7 or 8 or 9 or 12 or 39 => (0, 1), // NS MD MF CNAME MB MG MR PTR DNAME
        6 or 14 or 17 => (0, 2),                               // SOA MINFO RP
        15 or 18 or 21 or 36 => (2, 1),                        // MX AFSDB RT KX
        26 => (2, 2),                                          // PX
        24 => (18, 1),                                         // SIG
        30 => (0, 1),                                          // NXT
        33 => (6, 1),                                          // SRV
        35 => (Math.Max(0, RecordTargets.Find(message, record) - record.DataOffset), 1),
        _ => (0, 0),
    };

    /// <returns>Octets written, or -1.</returns>
    private static int UnpackData(ReadOnlySpan<byte> message, in RecordView record, Span<byte> data)
    {
        var source = message.Slice(record.DataOffset, record.DataLength);
        var (before, names) = Layout(message, record);
        if (names == 0 || source.Length == 0)
        {
            source.CopyTo(data);
            return source.Length;
        }

        if (before > source.Length) return -1;
        source[..before].CopyTo(data);
        var written = before;
        var reader = new MessageReader(message, record.DataOffset + before);
        for (var i = 0; i < names; i++)
        {
            if (!reader.TryReadName(data[written..], out var length) || reader.Position > record.End) return -1;
            written += length;
        }

        var rest = message[reader.Position..record.End];
        rest.CopyTo(data[written..]);
        return written + rest.Length;
    }
}
