using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace HomeCloud.Bench.Load;

/// <summary>Builds queries without the server's own wire code: what is measured must not check itself.</summary>
internal static class QuestionWriter
{
    public const ushort A = 1;
    public const ushort Aaaa = 28;
    public const byte Opt = 41;
    public const ushort Cookie = 10;
    public const int OptSize = 11;

    /// <param name="name">QNAME, without its last dot.</param>
    /// <param name="type">QTYPE.</param>
    /// <param name="rcode">What the answer must have.</param>
    /// <param name="address">The A record that the answer must have, or null for none.</param>
    /// <param name="edns">Whether to add an OPT record.</param>
    /// <param name="cookie">The value of its COOKIE option, RFC 7873 §4: a client cookie, or that and a server cookie; empty for none.</param>
    public static Question Write(string name, ushort type, int rcode, IPAddress? address, bool edns = false, ReadOnlySpan<byte> cookie = default)
    {
        var options = cookie.IsEmpty ? 0 : 4 + cookie.Length;
        var wire = new byte[Question.HeaderSize + name.Length + 2 + 4 + (edns ? OptSize + options : 0)];
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
            wire[at + 2] = Opt;
            BinaryPrimitives.WriteUInt16BigEndian(wire.AsSpan(at + 3), 1232);
            BinaryPrimitives.WriteUInt16BigEndian(wire.AsSpan(at + 9), (ushort)options);
        }

        if (edns && options > 0)
        {
            at += OptSize;
            BinaryPrimitives.WriteUInt16BigEndian(wire.AsSpan(at), Cookie);
            BinaryPrimitives.WriteUInt16BigEndian(wire.AsSpan(at + 2), (ushort)cookie.Length);
            cookie.CopyTo(wire.AsSpan(at + 4));
        }

        return new Question(wire, questionLength, rcode, address);
    }
}

/// <summary>A query, and what the right answer to it is.</summary>
/// <param name="Wire">The whole message with id 0.</param>
/// <param name="QuestionLength">Bytes of the question section, after the 12 of the header.</param>
/// <param name="Rcode">Expected RCODE.</param>
/// <param name="Address">Expected A record, the only answer; null expects none.</param>
internal sealed record Question(byte[] Wire, int QuestionLength, int Rcode, IPAddress? Address)
{
    public const int HeaderSize = 12;

    /// <summary>Whether the answer must say that it is authentic (AD).</summary>
    public bool IsSecure { get; init; }

    public uint AddressBits { get; } = Address is null ? 0 : BitConverter.ToUInt32(Address.GetAddressBytes());

    /// <summary>The same, with AD: a client that sets it wants to know whether the answer is authentic (RFC 6840 §5.7).</summary>
    public Question AskingForAuthenticity(bool isSecure)
    {
        var wire = Wire.AsSpan().ToArray();
        wire[3] |= ResponseCheck.Authentic;
        return this with { Wire = wire, IsSecure = isSecure };
    }
}
