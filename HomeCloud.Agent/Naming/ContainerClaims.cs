using System.Collections.Immutable;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Naming;

/// <summary>All that one container says about its names, before anybody else is heard.</summary>
internal sealed class ContainerClaims(ContainerFacts facts, Reachability reachability)
{
    public ContainerFacts Facts { get; } = facts;

    public Reachability Reachability { get; } = reachability;

    /// <summary>The first is its own name.</summary>
    public List<Claim> Claims { get; } = [];

    public int Ttl { get; set; } = NameRecord.DefaultTtl;

    public bool Wildcard { get; set; }

    /// <summary>Which name it wanted and may not have, and why; null when there is none.</summary>
    public string? Refused { get; set; }

    public ImmutableArray<ServiceEndpoint> Services { get; set; } = [];

    /// <summary>Oldest first; the id decides between twins.</summary>
    public static int ByAge(ContainerClaims left, ContainerClaims right)
    {
        var age = left.Facts.Created.CompareTo(right.Facts.Created);
        return age != 0 ? age : string.CompareOrdinal(left.Facts.Id, right.Facts.Id);
    }

    /// <summary>Who is up before who is down, then oldest first.</summary>
    public static int ByPrecedence(ContainerClaims left, ContainerClaims right)
    {
        var rank = Rank(left.Facts).CompareTo(Rank(right.Facts));
        return rank != 0 ? rank : ByAge(left, right);
    }

    private static int Rank(ContainerFacts container) => container switch { { Gone: true } => 1, { Answers: true } => 0, _ => 2 };
}
