using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace HomeCloud.Lab.Names;

/// <summary>
/// As much of the DNS wire format (RFC 1035 §4) as the scripted upstream and the stub need, written apart from
/// HomeCloud.Dns on purpose: a test tool that shares the parser it tests shares its mistakes.
/// </summary>
internal static class WireText
{
    private const int MostPointers = 32;

    /// <summary>Reads a possibly compressed name.</summary>
    /// <returns>The name with a trailing dot, and where the next field begins.</returns>
    /// <exception cref="FormatException">The name runs past the message or points in a loop.</exception>
    public static (string Name, int Next) ReadName(ReadOnlySpan<byte> message, int at)
    {
        var name = new StringBuilder();
        var next = -1;
        for (var pointers = 0; ;)
        {
            if (at >= message.Length)
                throw new FormatException("A name runs past the message.");
            var length = message[at];
            if (length == 0)
                return (name.Length == 0 ? "." : name.ToString(), next < 0 ? at + 1 : next);
            if (length >= 0xC0)
            {
                if (++pointers > MostPointers || at + 1 >= message.Length)
                    throw new FormatException("A name's compression pointers loop.");
                next = next < 0 ? at + 2 : next;
                at = ((length & 0x3F) << 8) | message[at + 1];
                continue;
            }

            if (at + 1 + length > message.Length)
                throw new FormatException("A label runs past the message.");
            name.Append(Encoding.ASCII.GetString(message.Slice(at + 1, length))).Append('.');
            at += length + 1;
        }
    }

    public static void WriteName(List<byte> message, string name)
    {
        foreach (var label in name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.Add(0);
    }

    public static void WriteUInt16(List<byte> message, int value)
    {
        message.Add((byte)(value >> 8));
        message.Add((byte)value);
    }

    public static void WriteRecord(List<byte> message, string owner, RecordKind kind, int ttl, byte[] data)
    {
        WriteName(message, owner);
        WriteUInt16(message, (int)kind);
        WriteUInt16(message, 1);
        WriteUInt16(message, ttl >> 16);
        WriteUInt16(message, ttl & 0xFFFF);
        WriteUInt16(message, data.Length);
        message.AddRange(data);
    }

    public static int ReadUInt16(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);

    /// <summary>The name under which PTR records of an address are found.</summary>
    public static string ReverseName(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        Array.Reverse(bytes);
        return bytes.Length == 4
            ? string.Join('.', bytes) + ".in-addr.arpa."
            : string.Concat(bytes.Select(b => $"{b & 0xF:x}.{b >> 4:x}.")) + "ip6.arpa.";
    }
}

/// <summary>The record types the lab's own tools speak of (RFC 1035 §3.2.2, RFC 3596, RFC 4034).</summary>
public enum RecordKind : ushort
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Txt = 16,
    Aaaa = 28,
    Opt = 41,
    Ds = 43,
    Rrsig = 46,
    Nsec = 47,
    Dnskey = 48,
}
