using System.Buffers.Binary;

namespace HomeCloud.Bench.Load;

/// <summary>Whether a response is the right answer to a question; the id has been matched before.</summary>
internal static class ResponseCheck
{
    /// <summary>AD, in the second octet of the flags.</summary>
    public const byte Authentic = 0x20;

    public static bool IsRight(ReadOnlySpan<byte> response, Question question)
    {
        var end = Question.HeaderSize + question.QuestionLength;
        if (response.Length < end
            || (response[2] & 0x82) != 0x80 // QR set, TC clear
            || (response[3] & 0x0F) != question.Rcode
            || (question.IsSecure && (response[3] & Authentic) == 0)
            || !response[Question.HeaderSize..end].SequenceEqual(question.Wire.AsSpan(Question.HeaderSize, question.QuestionLength)))
        {
            return false;
        }

        var answers = BinaryPrimitives.ReadUInt16BigEndian(response[6..]);
        return question.Address is null ? answers == 0 : answers == 1 && HasAddress(response[end..], question.AddressBits);
    }

    private static bool HasAddress(ReadOnlySpan<byte> record, uint address)
    {
        // Owner name: a pointer, or written out.
        var at = 0;
        while (at < record.Length && record[at] is > 0 and < 0xC0)
            at += 1 + record[at];
        at += at < record.Length && record[at] >= 0xC0 ? 2 : 1;
        return record.Length >= at + 14
            && BinaryPrimitives.ReadUInt16BigEndian(record[at..]) == QuestionWriter.A
            && BinaryPrimitives.ReadUInt16BigEndian(record[(at + 8)..]) == 4
            && BitConverter.ToUInt32(record[(at + 10)..]) == address;
    }
}
