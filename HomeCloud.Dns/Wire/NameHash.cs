using System.Buffers.Binary;

namespace HomeCloud.Dns.Wire;

/// <summary>Folded multiplication over eight octets at a time, keyed by process-wide random numbers.</summary>
internal static class NameHash
{
    private static readonly ulong KeyA = RandomKey();
    private static readonly ulong KeyB = RandomKey();

    public static int Compute(ReadOnlySpan<byte> octets)
    {
        var state = KeyA ^ (ulong)octets.Length;
        while (octets.Length >= 8)
        {
            state = Mix(state ^ BinaryPrimitives.ReadUInt64LittleEndian(octets), KeyB);
            octets = octets[8..];
        }

        state = Mix(state ^ Tail(octets), KeyB);
        return (int)(state ^ (state >> 32));
    }

    private static ulong Tail(ReadOnlySpan<byte> octets)
    {
        if (octets.Length >= 4)
        {
            // Both reads together cover four to seven octets.
            ulong first = BinaryPrimitives.ReadUInt32LittleEndian(octets);
            ulong last = BinaryPrimitives.ReadUInt32LittleEndian(octets[^4..]);
            return first | (last << 32);
        }

        ulong value = 0;
        foreach (var octet in octets)
            value = (value << 8) | octet;
        return value;
    }

    private static ulong Mix(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    // Odd, so that the multiplication loses nothing.
    private static ulong RandomKey()
    {
        Span<byte> key = stackalloc byte[8];
        RandomOctets.Fill(key);
        return BinaryPrimitives.ReadUInt64LittleEndian(key) | 1;
    }
}
