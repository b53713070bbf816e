using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// Names relative to a zone's origin (folded wire labels without the root; empty is the apex) → nodes. Readers take no lock
/// and see each name either before or after a change; writers take turns. Names that others hang below exist too, as empty
/// non-terminals.
/// </summary>
public sealed class NameTable
{
    private static readonly NodeContent Nothing = new(default, default, NodeKind.EmptyNonTerminal);

    private readonly Dictionary<byte[], NodeContent> _builtIn = new(0, NameComparer.Instance);
    private readonly Lock _writing = new();
    private NameSlots _slots = new();

    public NameTable() => Insert(default, DnsName.Hash(default), Nothing);

    /// <summary>All names, the apex and empty non-terminals included. Safe beside changes, of which it may see some.</summary>
    public IEnumerable<ZoneNode> All => Volatile.Read(ref _slots).All;

    /// <summary>Names, the apex and empty non-terminals included.</summary>
    public int Count => Volatile.Read(ref _slots).Count;

    /// <summary>Whether nothing is left but the apex.</summary>
    public bool IsEmpty => Count == 1;

    public bool TryGet(ReadOnlySpan<byte> relative, out ZoneNode node) =>
        Volatile.Read(ref _slots).TryFind(relative, DnsName.Hash(relative), out _, out node);

    /// <summary>Names that exist unless a record claims them.</summary>
    public void SetBuiltIn(ReadOnlySpan<byte> relative, NodeContent content)
    {
        lock (_writing)
        {
            _builtIn[relative.ToArray()] = content;
            Put(relative, content);
        }
    }

    /// <summary>What <see cref="SetBuiltIn"/> gave the name, also while a record has it.</summary>
    public bool TryGetBuiltIn(ReadOnlySpan<byte> relative, out NodeContent content) => _builtIn.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(relative, out content);

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
            else
                TakeAway(relative);
        }
    }

    private void Put(ReadOnlySpan<byte> relative, in NodeContent content)
    {
        var hash = DnsName.Hash(relative);
        if (_slots.TryFind(relative, hash, out var at, out var there))
        {
            ReplaceContent(at, there, content);
            return;
        }

        // Ancestors first: a name never exists below one that does not.
        AdjustParent(relative, 1);
        Insert(relative, hash, content);
    }

    private void TakeAway(ReadOnlySpan<byte> relative)
    {
        if (!_slots.TryFind(relative, DnsName.Hash(relative), out var at, out var node))
            return;
        if (node.Children > 0 || relative.IsEmpty)
        {
            ReplaceContent(at, node, Nothing);
            return;
        }

        _slots.Remove(at);
        AdjustParent(relative, -1);
    }

    private void AdjustParent(ReadOnlySpan<byte> relative, int change)
    {
        if (relative.IsEmpty)
            return;
        var parentName = relative[(relative[0] + 1)..];
        var hash = DnsName.Hash(parentName);
        if (!_slots.TryFind(parentName, hash, out _, out var parent))
        {
            AdjustParent(parentName, 1);
            parent = Insert(parentName, hash, Nothing);
        }

        parent.Children += change;
        if (relative[0] == 1 && relative[1] == '*')
            parent.HasWildcard = change > 0;
        if (parent is { Children: 0, Kind: NodeKind.EmptyNonTerminal } && !parentName.IsEmpty)
            TakeAway(parentName);
    }

    private ZoneNode Insert(ReadOnlySpan<byte> relative, int hash, in NodeContent content)
    {
        if (_slots.IsCrowded)
            Volatile.Write(ref _slots, _slots.WithRoom());
        var node = new ZoneNode(relative, content);
        _slots.Add(node, hash);
        return node;
    }

    private void ReplaceContent(int at, ZoneNode old, in NodeContent content) =>
        _slots.Replace(at, new ZoneNode(old.Name, content) { Children = old.Children, HasWildcard = old.HasWildcard });
}
