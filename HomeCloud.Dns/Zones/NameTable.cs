using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// Names relative to a zone's origin (folded wire labels without the root; empty is the apex) → nodes. Readers take no lock
/// and see each name either before or after a change; writers take turns. Names that others hang below exist too, as empty
/// non-terminals.
/// </summary>
/// <remarks>
/// A hash table of linked nodes rather than a dictionary: the node is key, link and value in one, which saves 100 octets a
/// name and two cache misses a lookup. A reader may follow a node that has just been replaced: its link still leads on.
/// Growing copies the nodes, because a reader of the old buckets still follows the old links.
/// </remarks>
public sealed class NameTable
{
    private static readonly NodeContent Nothing = new(default, null, NodeKind.EmptyNonTerminal);

    private readonly Dictionary<byte[], NodeContent> _builtIn = new(0, NameComparer.Instance);
    private readonly Lock _writing = new();
    private ZoneNode?[] _buckets = new ZoneNode?[16];
    private int _count;

    public NameTable() => Insert(default, Nothing);

    /// <summary>All names, the apex and empty non-terminals included. Safe beside changes, of which it may see some.</summary>
    public IEnumerable<ZoneNode> All
    {
        get
        {
            foreach (var first in Volatile.Read(ref _buckets))
            {
                for (var node = first; node is not null; node = node.Next)
                    yield return node;
            }
        }
    }

    /// <summary>Names, the apex and empty non-terminals included.</summary>
    public int Count => _count;

    /// <summary>Whether nothing is left but the apex.</summary>
    public bool IsEmpty => _count == 1;

    public bool TryGet(ReadOnlySpan<byte> relative, out ZoneNode node)
    {
        var hash = DnsName.Hash(relative);
        var buckets = Volatile.Read(ref _buckets);
        for (var candidate = buckets[hash & (buckets.Length - 1)]; candidate is not null; candidate = candidate.Next)
        {
            if (candidate.Hash == hash && candidate.Name.SequenceEqual(relative))
            {
                node = candidate;
                return true;
            }
        }

        node = null!;
        return false;
    }

    /// <summary>Names that exist unless somebody claims them.</summary>
    public void SetBuiltIn(ReadOnlySpan<byte> relative, NodeContent content)
    {
        lock (_writing)
        {
            _builtIn[relative.ToArray()] = content;
            Put(relative, content);
        }
    }

    public void Set(ReadOnlySpan<byte> relative, NodeContent content)
    {
        lock (_writing)
            Put(relative, content);
    }

    /// <summary>Removing what is not there is no error.</summary>
    public void Remove(ReadOnlySpan<byte> relative)
    {
        lock (_writing)
        {
            if (_builtIn.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(relative, out var builtIn))
                Put(relative, builtIn);
            else if (TryGet(relative, out var node))
                TakeAway(node);
        }
    }

    private void Put(ReadOnlySpan<byte> relative, in NodeContent content)
    {
        if (TryGet(relative, out var there))
        {
            Replace(there, new ZoneNode(relative, there.Hash, content, there.Children, there.HasWildcard));
            return;
        }

        // Ancestors first: a name never exists below one that does not.
        AdjustParent(relative, 1);
        Insert(relative, content);
    }

    private void TakeAway(ZoneNode node)
    {
        if (node.Children > 0 || node.Name.IsEmpty)
        {
            Replace(node, new ZoneNode(node.Name, node.Hash, Nothing, node.Children, node.HasWildcard));
            return;
        }

        Unlink(node, node.Next);
        _count--;
        AdjustParent(node.Name, -1);
    }

    private void AdjustParent(ReadOnlySpan<byte> relative, int change)
    {
        if (relative.IsEmpty)
            return;
        var parentName = relative[(relative[0] + 1)..];
        if (!TryGet(parentName, out var parent))
        {
            AdjustParent(parentName, 1);
            parent = Insert(parentName, Nothing);
        }

        var isWildcard = relative[0] == 1 && relative[1] == '*';
        var children = parent.Children + change;
        var changed = parent.WithChildren(children, isWildcard ? change > 0 : parent.HasWildcard);
        Replace(parent, changed);
        if (children == 0 && parent.Kind == NodeKind.EmptyNonTerminal)
            TakeAwayUnlessApex(changed);
    }

    private void TakeAwayUnlessApex(ZoneNode node)
    {
        if (!node.Name.IsEmpty)
            TakeAway(node);
    }

    private ZoneNode Insert(ReadOnlySpan<byte> relative, in NodeContent content)
    {
        // At most half full: a lookup then seldom meets another name first, each of which is one more cache miss.
        if (2 * _count >= _buckets.Length)
            Grow();
        var node = new ZoneNode(relative, DnsName.Hash(relative), content, 0, false);
        ref var bucket = ref _buckets[node.Hash & (_buckets.Length - 1)];
        node.Next = bucket;
        Volatile.Write(ref bucket, node);
        _count++;
        return node;
    }

    private void Replace(ZoneNode old, ZoneNode node)
    {
        node.Next = old.Next;
        Unlink(old, node);
    }

    // Makes whatever leads to a node lead to another one.
    private void Unlink(ZoneNode old, ZoneNode? successor)
    {
        ref var bucket = ref _buckets[old.Hash & (_buckets.Length - 1)];
        if (bucket == old)
        {
            Volatile.Write(ref bucket, successor);
            return;
        }

        var before = bucket!;
        while (before.Next != old)
            before = before.Next!;
        Thread.MemoryBarrier();
        before.Next = successor;
    }

    private void Grow()
    {
        var larger = new ZoneNode?[_buckets.Length * 2];
        foreach (var node in All)
        {
            var copy = node.Copy();
            ref var bucket = ref larger[copy.Hash & (larger.Length - 1)];
            copy.Next = bucket;
            bucket = copy;
        }

        Volatile.Write(ref _buckets, larger);
    }
}
