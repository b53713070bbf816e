using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Rules;

/// <summary>Which upstreams are asked for which names. Immutable; swapped whole when the host's servers change.</summary>
internal sealed class ForwardTable(IReadOnlyList<UpstreamGroup> rules, UpstreamGroup others, RebindPolicy rebind) : IDisposable
{
    public RebindPolicy Rebind { get; } = rebind;

    /// <summary>For all names without a rule; may have no upstream.</summary>
    public UpstreamGroup Others { get; } = others;

    public IEnumerable<UpstreamGroup> Groups => rules.Append(Others);

    /// <summary>The rule with the longest zone that covers the name, else the default.</summary>
    public UpstreamGroup Find(ReadOnlySpan<byte> foldedName) => FindRule(foldedName) ?? Others;

    /// <summary>Whether a rule covers this folded name and leads to a server that does not send our queries back. A rule for the root is no rule of its own.</summary>
    /// <param name="foldedName">Folded, in wire form.</param>
    /// <param name="leastZoneLength">Octets that the rule's zone must have, for those that only rules at or below a zone concern.</param>
    public bool HasRuleFor(ReadOnlySpan<byte> foldedName, int leastZoneLength) =>
        rules.Count > 0 && FindRule(foldedName) is { IsUsable: true } group && group.Zone.Length > 1 && group.Zone.Length >= leastZoneLength;

    /// <summary>Whether another table asks the same servers for this folded name, and believes them as much: what is remembered of it stays true.</summary>
    public bool AgreesWith(ForwardTable other, ReadOnlySpan<byte> foldedName) =>
        Find(foldedName).Servers == other.Find(foldedName).Servers && Rebind.IsExempt(foldedName) == other.Rebind.IsExempt(foldedName);

    public void Dispose()
    {
        foreach (var group in Groups)
        {
            foreach (var upstream in group.Upstreams)
                upstream.Dispose();
        }
    }

    private UpstreamGroup? FindRule(ReadOnlySpan<byte> foldedName)
    {
        UpstreamGroup? found = null;
        var longest = 0;
        foreach (var group in rules)
        {
            if (group.Zone.Length > longest && DnsName.IsAtOrBelow(foldedName, group.Zone))
                (found, longest) = (group, group.Zone.Length);
        }

        return found;
    }
}
