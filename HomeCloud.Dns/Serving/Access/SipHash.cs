using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace HomeCloud.Dns.Serving.Access;

/// <summary>SipHash-2-4, the keyed hash that RFC 9018 §4.4 prescribes for server cookies.</summary>
internal readonly struct SipHash(ulong key0, ulong key1)
{
    public ulong Compute(ReadOnlySpan<byte> octets)
    {
        var v0 = key0 ^ 0x736F6D6570736575;
        var v1 = key1 ^ 0x646F72616E646F6D;
        var v2 = key0 ^ 0x6C7967656E657261;
        var v3 = key1 ^ 0x7465646279746573;
        var last = (ulong)octets.Length << 56;
        while (octets.Length >= 8)
        {
            Absorb(BinaryPrimitives.ReadUInt64LittleEndian(octets), ref v0, ref v1, ref v2, ref v3);
            octets = octets[8..];
        }

        for (var i = 0; i < octets.Length; i++)
            last |= (ulong)octets[i] << (8 * i);
        Absorb(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xFF;
        for (var i = 0; i < 4; i++)
            Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Absorb(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
