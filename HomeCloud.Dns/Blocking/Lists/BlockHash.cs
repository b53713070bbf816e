using System.Buffers.Binary;
using System.Numerics;

namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>
/// Sixty bits that stand for a name (the way of XXH64 for short inputs). Of a million names in a list, one in 10^12 others looks
/// like one of them. Without a key, so that a compiled list stays valid: who could choose names with equal hashes gains nothing
/// by it, as a list may name what it wants.
/// </summary>
internal static class BlockHash
{
    /// <summary>The low bits, where <see cref="RuleKinds"/> stand.</summary>
    public const ulong KindMask = 0xF;

    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    /// <summary>The hash of a folded name in wire form, its low four bits zero.</summary>
    public static ulong OfName(ReadOnlySpan<byte> folded) => Compute(folded, 0) & ~KindMask;

    /// <summary>All 64 bits, of any octets.</summary>
    /// <param name="seed">The hash of what came before them.</param>
    public static ulong Compute(ReadOnlySpan<byte> octets, ulong seed)
    {
        var hash = seed + Prime5 + (ulong)octets.Length;
        while (octets.Length >= 8)
        {
            hash ^= BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(octets) * Prime2, 31) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
            octets = octets[8..];
        }

        foreach (var octet in octets)
            hash = BitOperations.RotateLeft(hash ^ (octet * Prime5), 11) * Prime1;
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }
}
