using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Which upstreams are asked for which names. Immutable; swapped whole when the host's servers change.</summary>
internal sealed class ForwardTable(IReadOnlyList<(byte[] Zone, UpstreamGroup Group)> rules, UpstreamGroup others, RebindPolicy rebind) : IDisposable
{
    public RebindPolicy Rebind { get; } = rebind;

    /// <summary>For all names without a rule; may have no upstream.</summary>
    public UpstreamGroup Others { get; } = others;

    public IEnumerable<UpstreamGroup> Groups => rules.Select(rule => rule.Group).Append(Others);

    /// <summary>The rule with the longest zone that covers the name, else the default.</summary>
    public UpstreamGroup Find(ReadOnlySpan<byte> foldedName) => FindRule(foldedName) ?? Others;

    public bool HasRuleFor(ReadOnlySpan<byte> foldedName) => rules.Count > 0 && FindRule(foldedName) is not null;

    public void Dispose()
    {
        foreach (var group in Groups)
        {
            foreach (var upstream in group.Upstreams) upstream.Dispose();
        }
    }

    private UpstreamGroup? FindRule(ReadOnlySpan<byte> foldedName)
    {
        UpstreamGroup? found = null;
        var longest = 0;
        foreach (var (zone, group) in rules)
        {
            if (zone.Length > longest && DnsName.IsAtOrBelow(foldedName, zone)) (found, longest) = (group, zone.Length);
        }

        return found;
    }
}
