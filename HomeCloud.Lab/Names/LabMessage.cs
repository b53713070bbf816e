using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Lab.Names;

/// <summary>A stub's question as a DNS message, and what it reads in the answer.</summary>
public static class LabMessage
{
    /// <summary>Octets of a header, RFC 1035 §4.1.1: anything shorter is no message.</summary>
    public const int HeaderLength = 12;

    public static byte[] Query(ushort id, string name, RecordKind kind)
    {
        // RD set, one question.
        var query = new List<byte> { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        WireText.WriteName(query, name);
        WireText.WriteUInt16(query, (int)kind);
        WireText.WriteUInt16(query, 1);
        return [.. query];
    }

    public static ushort Id(ReadOnlySpan<byte> message) => (ushort)WireText.ReadUInt16(message, 0);

    public static StubAnswer Read(ReadOnlySpan<byte> response)
    {
        var addresses = new List<IPAddress>();
        var names = ImmutableArray.CreateBuilder<string>();
        var at = HeaderLength;
        for (var questions = WireText.ReadUInt16(response, 4); questions > 0; questions--)
            at = WireText.ReadName(response, at).Next + 4;
        for (var answers = WireText.ReadUInt16(response, 6); answers > 0; answers--)
        {
            at = WireText.ReadName(response, at).Next;
            var kind = (RecordKind)WireText.ReadUInt16(response, at);
            var length = WireText.ReadUInt16(response, at + 8);
            if (kind is RecordKind.A or RecordKind.Aaaa)
                addresses.Add(new(response.Slice(at + 10, length)));
            else if (kind is RecordKind.Ptr)
                names.Add(WireText.ReadName(response, at + 10).Name);
            at += 10 + length;
        }

        return new(response[3] & 0xF, [.. addresses.OrderBy(a => a.ToString(), StringComparer.Ordinal)], names.ToImmutable());
    }
}
