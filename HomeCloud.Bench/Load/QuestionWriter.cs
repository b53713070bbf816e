using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace HomeCloud.Bench.Load;

/// <summary>Builds queries without the server's own wire code: what is measured must not check itself.</summary>
internal static class QuestionWriter
{
    public const ushort A = 1;
    public const ushort Aaaa = 28;

    public static Question Write(string name, ushort type, int rcode, IPAddress? address, bool edns = false)
    {
        var wire = new byte[Question.HeaderSize + name.Length + 2 + 4 + (edns ? 11 : 0)];
        wire[2] = 1; // RD
        wire[5] = 1; // QDCOUNT
        var at = Question.HeaderSize;
        foreach (var label in name.Split('.'))
        {
            wire[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, wire.AsSpan(at));
        }

        at++;
        BinaryPrimitives.WriteUInt16BigEndian(wire.AsSpan(at), type);
        wire[at + 3] = 1; // IN
        at += 4;
        var questionLength = at - Question.HeaderSize;
        if (edns)
        {
            wire[11] = 1; // ARCOUNT
            wire[at + 2] = 41; // OPT
            BinaryPrimitives.WriteUInt16BigEndian(wire.AsSpan(at + 3), 1232);
        }

        return new Question(wire, questionLength, rcode, address);
    }
}
