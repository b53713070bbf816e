using System.Numerics;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// An open-addressed hash table of nodes with a fixed number of slots, a power of two, which are searched one after another.
/// Readers take no lock: a node stays in its slot until it is removed, so that a reader beside a change finds every
/// name that stays. One writer at a time.
/// </summary>
/// <remarks>
/// Beside each slot stands an octet with seven bits of its name's hash. Those of 100,000 names fit the processor's second
/// cache, so that a search reads no other name's node, and for a name that does not exist hardly ever any.
/// </remarks>
internal sealed class NameSlots
{
    private const int Least = 16;

    // A search ends at a free slot; it passes by one that was given up.
    private const byte Free = 0;
    private const byte GivenUp = 1;
    private const byte Taken = 0x80;

    private readonly byte[] _tags;
    private readonly byte[]?[] _nodes;
    private int _notFree;

    /// <param name="size">How many slots, a power of two.</param>
    public NameSlots(int size = Least)
    {
        _tags = new byte[size];
        _nodes = new byte[size][];
    }

    /// <summary>Names in all slots.</summary>
    public int Count { get; private set; }

    /// <summary>Whether half of the slots are in use: more would make searches long, and none free would make them endless.</summary>
    public bool IsCrowded => 2 * _notFree >= _tags.Length;

    /// <summary>Beside changes one sees some of them.</summary>
    public IEnumerable<ZoneNode> All
    {
        get
        {
            for (var at = 0; at < _nodes.Length; at++)
            {
                if (Volatile.Read(ref _nodes[at]) is { } octets)
                    yield return new ZoneNode(octets);
            }
        }
    }

    public bool TryFind(ReadOnlySpan<byte> name, int hash, out int at, out ZoneNode node)
    {
        var tags = _tags;
        var nodes = _nodes;
        var tag = TagOf(hash);
        for (at = hash & (tags.Length - 1); ; at = (at + 1) & (tags.Length - 1))
        {
            var found = Volatile.Read(ref tags[at]);
            if (found == tag && Volatile.Read(ref nodes[at]) is { } octets)
            {
                node = new ZoneNode(octets);
                if (node.Name.SequenceEqual(name))
                    return true;
            }
            else if (found == Free)
            {
                node = default;
                return false;
            }
        }
    }

    /// <summary>Adds a name that is not there. The caller has seen to it that the table is not crowded.</summary>
    public void Add(ZoneNode node, int hash)
    {
        var at = hash & (_tags.Length - 1);
        while (_tags[at] >= Taken)
            at = (at + 1) & (_tags.Length - 1);
        if (_tags[at] == Free)
            _notFree++;
        Count++;
        Replace(at, node);
        Volatile.Write(ref _tags[at], TagOf(hash));
    }

    public void Replace(int at, ZoneNode node) => Volatile.Write(ref _nodes[at], node.Octets);

    public void Remove(int at)
    {
        Count--;
        Volatile.Write(ref _tags[at], GivenUp);
        _nodes[at] = null;

        // Nobody searches on from here when the next one is free; so it becomes free itself, and those before it likewise.
        if (_tags[(at + 1) & (_tags.Length - 1)] != Free)
            return;
        for (; _tags[at] == GivenUp; at = (at - 1) & (_tags.Length - 1))
        {
            Volatile.Write(ref _tags[at], Free);
            _notFree--;
        }
    }

    /// <summary>The same nodes in a table with at least four slots for each.</summary>
    public NameSlots WithRoom()
    {
        var roomier = new NameSlots(Math.Max(Least, (int)BitOperations.RoundUpToPowerOf2((uint)(4 * Count))));
        foreach (var node in All)
            roomier.Add(node, DnsName.Hash(node.Name));
        return roomier;
    }

    // From other bits than those that choose the slot, in all tables of up to 2^25.
    private static byte TagOf(int hash) => (byte)(Taken | (hash >>> 25));
}
