namespace HomeCloud.Registry;

public static class WellKnownOwners
{
    /// <summary>Holds the names that a person added by hand; needs no lease.</summary>
    public const string Static = "static";

    /// <summary>Behind an agent's id: owns the name of that agent's page.</summary>
    public const string PageSuffix = ".web";

    public static bool IsPage(string owner) => owner.EndsWith(PageSuffix, StringComparison.Ordinal);

    /// <summary>Holds the names that a DNS server reads from its hosts files. Exists only inside that server; a person wrote them, as with <see cref="Static"/>.</summary>
    public const string HostsFile = "hosts-file";

    /// <summary>The same for its zone files.</summary>
    public const string ZoneFile = "zone-file";

    /// <summary>Holds the names that devices gave themselves when they asked for an address (DHCP). Anybody in the home can choose one, so it yields to all others.</summary>
    public const string LeaseFile = "lease-file";

    /// <summary>Whether a person wrote the owner's names by hand.</summary>
    public static bool IsByHand(string owner) => owner is Static or HostsFile or ZoneFile;
}
