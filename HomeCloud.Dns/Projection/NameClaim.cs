using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>One record that wants to be what a name means. Claims of one name are a linked list, because nearly all names have just one.</summary>
internal sealed class NameClaim(NameRecord record, int source, bool isSubstitute)
{
    public NameRecord Record { get; } = record;

    /// <summary>Which reader it came from.</summary>
    public int Source { get; } = source;

    /// <summary>True for <c>name.host</c>, which a record that lost its own name gets instead; any real claim beats it.</summary>
    public bool IsSubstitute { get; } = isSubstitute;

    /// <summary>Whether it is what the zones hold under its name.</summary>
    public bool IsPublished { get; set; }

    public NameClaim? Next { get; set; }
}
