using System.Buffers.Binary;
using System.Text;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Household;

/// <summary>Records as octets, without the server's own wire code: what is measured must not write its own answers.</summary>
internal static class RecordOctets
{
    public const ushort A = QuestionWriter.A;
    public const ushort Soa = 6;
    public const ushort Ds = 43;
    public const ushort Rrsig = 46;
    public const ushort Nsec = 47;
    public const ushort Dnskey = 48;

    public const uint Ttl = 3600;

    /// <param name="name">Lower case, without its last dot; empty for the root.</param>
    public static byte[] Name(string name)
    {
        var labels = name.Split('.', StringSplitOptions.RemoveEmptyEntries);
        return [.. labels.SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)), 0];
    }

    /// <param name="owner">A name, or a pointer to one.</param>
    /// <param name="type">TYPE.</param>
    /// <param name="data">RDATA.</param>
    public static byte[] Record(ReadOnlySpan<byte> owner, ushort type, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(head, type);
        head[3] = 1; // IN
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], Ttl);
        BinaryPrimitives.WriteUInt16BigEndian(head[8..], (ushort)data.Length);
        return [.. owner, .. head, .. data];
    }

    /// <summary>RFC 4034 §4.1.2; all types here are below 64.</summary>
    public static byte[] TypeBitmap(params ReadOnlySpan<ushort> types)
    {
        var map = new byte[8];
        foreach (var type in types)
            map[type / 8] |= (byte)(0x80 >> (type % 8));
        var length = map.AsSpan().TrimEnd((byte)0).Length;
        return [0, (byte)length, .. map.AsSpan(0, length)];
    }
}
