using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>One record that wants to be what a name means. Claims of one name are a linked list, because nearly all names have just one.</summary>
internal sealed class NameClaim(NameRecord record, int source, bool isSubstitute)
{
    public NameRecord Record { get; } = record;

    /// <summary>Which reader it came from.</summary>
    public int Source { get; } = source;

    /// <summary>True for <c>name.host</c>, which a record that lost its own name gets instead; any real claim beats it, unless it is a page's.</summary>
    public bool IsSubstitute { get; } = isSubstitute;

    /// <summary>Whether nobody gets this name from it: it is reserved, and an agent that does not know so gave it to a container. It loses to nobody, and gets the substitute too.</summary>
    public bool IsRefused { get; } = !isSubstitute
        && ReservedNames.Contains(record.Name.StartsWith("*.", StringComparison.Ordinal) ? record.Name[2..] : record.Name)
        && !WellKnownOwners.IsByHand(record.Owner)
        && !WellKnownOwners.IsPage(record.Owner);

    /// <summary>Whether it is what the zones hold under its name.</summary>
    public bool IsPublished { get; set; }

    public NameClaim? Next { get; set; }
}
