using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>How long HTTP may keep a DNS answer (RFC 8484 §5.1): no longer than DNS may.</summary>
internal static class FreshnessLifetime
{
    private const int SoaMinimumSize = 4;

    // RFC 2181 §8: a TTL with the most significant bit set is zero.
    private const uint LongestTtl = int.MaxValue;

    /// <summary>Seconds: the smallest TTL of the answer section, and for a negative answer what RFC 2308 §5 makes of its SOA. 0 for errors, and where neither is there.</summary>
    public static uint Of(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < MessageHeader.Size
            || MessageHeader.ResponseCode(answer) is not (ResponseCode.NoError or ResponseCode.NameError)
            || (MessageHeader.Flags(answer) & HeaderFlags.Truncated) != 0)
        {
            return 0;
        }

        var reader = new MessageReader(answer);
        for (var i = 0; i < MessageHeader.QuestionCount(answer); i++)
        {
            if (!reader.TrySkipQuestion(out _, out _))
                return 0;
        }

        var least = uint.MaxValue;
        int answers = MessageHeader.AnswerCount(answer);
        for (var i = 0; i < answers + MessageHeader.AuthorityCount(answer); i++)
        {
            if (!reader.TryReadRecord(out var record))
                return 0;
            if (i < answers)
                least = Math.Min(least, Ttl(record.Ttl));
            else if (record is { Type: RecordType.Soa, DataLength: > SoaMinimumSize })
                least = Math.Min(least, Math.Min(Ttl(record.Ttl), Ttl(BinaryPrimitives.ReadUInt32BigEndian(answer[(record.End - SoaMinimumSize)..]))));
        }

        return least == uint.MaxValue ? 0 : least;
    }

    private static uint Ttl(uint written) => written > LongestTtl ? 0 : written;
}
