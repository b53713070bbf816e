using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>
/// The rules of one list: eight octets a name, its hash with the kinds of its rules, in ascending order. The first sixteen bits
/// of the hash say where to look, and then some fifteen of a million names stand side by side. Immutable.
/// </summary>
internal sealed class BlockTable
{
    private const int BucketBits = 16;
    private const int Buckets = 1 << BucketBits;
    private const int Shift = 64 - BucketBits;

    /// <summary>Done without a rest: some tenth of a millisecond.</summary>
    private const int EntriesAtOnce = 4_096;

    /// <summary>Sorted without a rest: as many, of a million names.</summary>
    private const int BucketsAtOnce = 256;

    /// <summary>Names of one bucket that are looked through in a row: all, unless a list was written to overfill one.</summary>
    private const int MostInARow = 256;

    private readonly ulong[] _entries;
    private readonly int[] _starts;

    private BlockTable(ulong[] entries, int count, int[] starts, Pace? pace = null)
    {
        (_entries, Count, _starts) = (entries, count, starts);
        for (var i = 0; i < count; i++)
        {
            if (i % EntriesAtOnce == 0)
                pace?.Rest();
            var kinds = KindsOf(entries[i]);
            HasExceptions |= kinds.IsException();
            if (!kinds.IsException() && (kinds & RuleKinds.Blocks) != 0)
                Blocked++;
        }
    }

    public static BlockTable Empty { get; } = Build([]);

    /// <summary>Names that it says something of.</summary>
    public int Count { get; }

    /// <summary>Those of them that it blocks.</summary>
    public int Blocked { get; }

    /// <summary>Whether it can unblock what another list blocks.</summary>
    public bool HasExceptions { get; }

    public ReadOnlySpan<byte> Octets => MemoryMarshal.AsBytes(_entries.AsSpan(0, Count));

    /// <param name="entries">In any order, names more than once.</param>
    /// <param name="pace">Of the work; null when there is nobody who must not wait.</param>
    public static BlockTable Build(ReadOnlySpan<ulong> entries, Pace? pace = null)
    {
        var starts = new int[Buckets + 1];
        for (var i = 0; i < entries.Length; i++)
        {
            if (i % EntriesAtOnce == 0)
                pace?.Rest();
            starts[(int)(entries[i] >> Shift) + 1]++;
        }

        for (var i = 0; i < Buckets; i++)
            starts[i + 1] += starts[i];

        var sorted = new ulong[entries.Length];
        var next = starts.AsSpan(0, Buckets).ToArray();
        for (var i = 0; i < entries.Length; i++)
        {
            if (i % EntriesAtOnce == 0)
                pace?.Rest();
            sorted[next[(int)(entries[i] >> Shift)]++] = entries[i];
        }

        var count = 0;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            if (bucket % BucketsAtOnce == 0)
                pace?.Rest();
            var from = starts[bucket];
            var here = sorted.AsSpan(from, starts[bucket + 1] - from);
            here.Sort();
            starts[bucket] = count;
            for (var i = 0; i < here.Length; i++)
            {
                var entry = here[i];
                if (i > 0 && (sorted[count - 1] | BlockHash.KindMask) == (entry | BlockHash.KindMask))
                    sorted[count - 1] = (entry & ~BlockHash.KindMask) | (byte)KindsOf(sorted[count - 1]).With(KindsOf(entry));
                else
                    sorted[count++] = entry;
            }
        }

        starts[Buckets] = count;
        if (count < sorted.Length - (sorted.Length / 16))
            Array.Resize(ref sorted, count);
        return new BlockTable(sorted, count, starts, pace);
    }

    /// <summary>A table that <see cref="Octets"/> of another one were written from.</summary>
    /// <returns>Null when they are not in order.</returns>
    public static BlockTable? FromSorted(ulong[] entries)
    {
        var starts = new int[Buckets + 1];
        var last = 0UL;
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            if (i > 0 && (entry | BlockHash.KindMask) <= (last | BlockHash.KindMask))
                return null;
            last = entry;
            starts[(int)(entry >> Shift) + 1]++;
        }

        for (var i = 0; i < Buckets; i++)
            starts[i + 1] += starts[i];
        return new BlockTable(entries, entries.Length, starts);
    }

    /// <param name="hash">Of <see cref="BlockHash.OfName"/>.</param>
    public RuleKinds Find(ulong hash)
    {
        var bucket = (int)(hash >> Shift);
        var low = _starts[bucket];
        var high = _starts[bucket + 1];
        while (high - low > MostInARow)
        {
            var middle = (low + high) >>> 1;
            if (_entries[middle] < hash)
                low = middle + 1;
            else
                high = middle;
        }

        // Hashes are spread evenly. So an entry is near its place by proportion, mostly on the same cache line; halves touch two more.
        var place = low + (int)(((hash << BucketBits >> 32) * (uint)(high - low)) >> 32);
        while (place < high && _entries[place] < hash)
            place++;
        while (place > low && _entries[place - 1] >= hash)
            place--;
        if (place < _starts[bucket + 1] && (_entries[place] & ~BlockHash.KindMask) == hash)
            return KindsOf(_entries[place]);
        return RuleKinds.None;
    }

    private static RuleKinds KindsOf(ulong entry) => (RuleKinds)(entry & BlockHash.KindMask);
}
