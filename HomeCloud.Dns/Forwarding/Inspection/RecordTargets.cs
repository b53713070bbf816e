using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>Where RDATA names another owner whose addresses an asker will want next (RFC 1034 §4.3.2 step 6).</summary>
internal static class RecordTargets
{
    /// <returns>Offset of the name in the message, or -1.</returns>
    public static int Find(ReadOnlySpan<byte> message, in RecordView record)
    {
        var skip = record.Type switch
        {
            RecordType.Ns or RecordType.Cname or RecordType.Ptr or RecordType.Dname => 0,
            RecordType.Mx or RecordType.Svcb or RecordType.Https => 2,
            RecordType.Srv => 6,
            RecordType.Naptr => SkipNaptrStrings(message.Slice(record.DataOffset, record.DataLength)),
            _ => -1,
        };
        return skip < 0 || skip >= record.DataLength ? -1 : record.DataOffset + skip;
    }

    // RFC 3403 §4.1: order, preference, then three character strings.
    private static int SkipNaptrStrings(ReadOnlySpan<byte> data)
    {
        var position = 4;
        for (var i = 0; i < 3; i++)
        {
            if (position >= data.Length)
                return -1;
            position += data[position] + 1;
        }

        return position;
    }
}
