namespace HomeCloud.Dns.Blocking;

/// <summary>The rules in force, read once a query.</summary>
public sealed class BlockedNames
{
    private volatile BlockRules? _rules;

    /// <summary>Null when no list is in use: then a query costs one look at this.</summary>
    public BlockRules? Rules
    {
        get => _rules;
        internal set => _rules = value;
    }
}
