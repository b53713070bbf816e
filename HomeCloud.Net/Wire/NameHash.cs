using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>
/// Folded multiplication over eight octets at a time, keyed by process-wide random numbers. Two halves of 32 bits make one
/// product of 64, which every processor has in one instruction; whole words would need a product of 128, which the native
/// program works out by four multiplications.
/// </summary>
internal static class NameHash
{
    private static readonly uint KeyA = RandomKey();
    private static readonly uint KeyB = RandomKey();

    public static int Compute(ReadOnlySpan<byte> octets)
    {
        var low = (uint)octets.Length;
        var high = 0U;
        while (octets.Length >= 8)
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(octets), ref low, ref high);
            octets = octets[8..];
        }

        Mix(Tail(octets), ref low, ref high);
        Mix(0, ref low, ref high);
        return (int)(low ^ high);
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

    // The keys come in again each time, so that no octets wipe out what was before them but by a chance of 2^-32.
    private static void Mix(ulong octets, ref uint low, ref uint high)
    {
        var product = (ulong)(low ^ (uint)octets ^ KeyA) * (high ^ (uint)(octets >> 32) ^ KeyB);
        low = (uint)product;
        high = (uint)(product >> 32);
    }

    private static uint RandomKey()
    {
        Span<byte> key = stackalloc byte[4];
        RandomOctets.Fill(key);
        return BinaryPrimitives.ReadUInt32LittleEndian(key);
    }
}
