using System.Runtime.CompilerServices;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Blocking;

/// <summary>
/// All lists together, one snapshot that is swapped whole. What a person blocked or allowed by hand wins, then an exception of any
/// list. Else the first list that says something of a name decides, by its rule for the longest name.
/// </summary>
public sealed class BlockRules
{
    /// <summary>Under this name the names stand that a person allows.</summary>
    internal const string Allowed = "--allow";

    private readonly LoadedList[] _lists;
    private readonly LoadedList? _own;

    /// <param name="lists">In order.</param>
    /// <param name="own">By hand.</param>
    /// <param name="group">Whose rules these are; null for devices in no group.</param>
    /// <param name="hasSafeSearch">Search engines show what they call safe.</param>
    internal BlockRules(IEnumerable<LoadedList> lists, LoadedList? own = null, string? group = null, bool hasSafeSearch = false) =>
        (_lists, _own, Group, HasSafeSearch) = ([.. lists], own, group, hasSafeSearch);

    internal IReadOnlyList<LoadedList> Lists => _lists;

    internal LoadedList? Own => _own;

    internal string? Group { get; }

    internal bool HasSafeSearch { get; }

    /// <summary>Stands for this version. What was found out by it is marked with this, so that marks do not keep old rules in memory.</summary>
    internal object Stamp { get; } = new();

    /// <summary>Decides about a folded name.</summary>
    /// <returns>True when it is blocked.</returns>
    internal bool IsBlocked(ReadOnlySpan<byte> name, out BlockVerdict verdict)
    {
        Decide(name, out verdict);
        return verdict.Outcome == BlockOutcome.Blocked;
    }

    /// <summary>The same, and why it is not blocked.</summary>
    [SkipLocalsInit]
    internal void Decide(ReadOnlySpan<byte> name, out BlockVerdict verdict)
    {
        verdict = default;
        Span<ulong> hashes = stackalloc ulong[DnsName.MaxLabels];
        Span<byte> places = stackalloc byte[DnsName.MaxLabels];
        var count = 0;
        for (var place = 0; name[place] != 0; place += name[place] + 1)
        {
            places[count] = (byte)place;
            hashes[count++] = BlockHash.OfName(name[place..]);
        }

        for (var i = 0; _own is not null && i < count; i++)
        {
            var kinds = _own.Table.Find(hashes[i]);
            if (kinds == RuleKinds.None)
                continue;
            verdict = new BlockVerdict(kinds.IsException() ? BlockOutcome.Allowed : BlockOutcome.Blocked, _own.Hits, places[i], IsBelow: true);
            return;
        }

        foreach (var list in _lists)
        {
            if (verdict.Outcome != BlockOutcome.None && !list.Table.HasExceptions)
                continue;
            for (var i = 0; i < count; i++)
            {
                var kinds = list.Table.Find(hashes[i]);
                if (kinds == RuleKinds.None)
                    continue;
                if (kinds.IsException())
                {
                    verdict = new BlockVerdict(BlockOutcome.Allowed, list.Hits, places[i], IsBelow: true);
                    return;
                }

                if (verdict.Outcome != BlockOutcome.None)
                    continue;
                if ((kinds & (i == 0 ? RuleKinds.BlocksName : RuleKinds.BlocksBelow)) != 0)
                    verdict = new BlockVerdict(BlockOutcome.Blocked, list.Hits, places[i], (kinds & RuleKinds.BlocksBelow) != 0);
                else if ((kinds & (i == 0 ? RuleKinds.PassesName : RuleKinds.PassesBelow)) != 0)
                    verdict = new BlockVerdict(BlockOutcome.Passed, list.Hits, places[i], (kinds & RuleKinds.PassesBelow) != 0);

                // Nothing but an exception for a name above could change it.
                if (verdict.Outcome != BlockOutcome.None && !list.Table.HasExceptions)
                    break;
            }
        }
    }
}

internal enum BlockOutcome : byte
{
    /// <summary>No list says anything of the name.</summary>
    None,
    Blocked,

    /// <summary>A rule lets it pass, and lists behind that one are not asked.</summary>
    Passed,

    /// <summary>An exception: no list can block it.</summary>
    Allowed,
}

/// <summary>What was decided about a name, and by which rule.</summary>
/// <param name="Outcome">What.</param>
/// <param name="List">Whose rule; null without one.</param>
/// <param name="Above">Octets of the name in front of the one that the rule is for.</param>
/// <param name="IsBelow">The rule is for what is below that name, too.</param>
internal readonly record struct BlockVerdict(BlockOutcome Outcome, BlockCounter? List, byte Above, bool IsBelow)
{
    /// <summary>By hand or <c>--allow</c>, and not only by an exception in a list.</summary>
    public bool IsAllowedByPerson => Outcome == BlockOutcome.Allowed && List!.Name is OwnRules.ListName or BlockRules.Allowed;
}
