namespace HomeCloud.Agent.Servers.Naming;

/// <summary>What <see cref="ServerName"/> thinks of a name.</summary>
public enum NameVerdict
{
    Valid,
    Empty,
    TooLong,
    BadCharacter,
    HyphenAtEdge,
    OnlyDigits,
    Reserved,
}
