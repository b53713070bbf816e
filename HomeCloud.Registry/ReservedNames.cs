using System.Collections.Frozen;

namespace HomeCloud.Registry;

/// <summary>
/// Names right below the zone that no container and no person may claim: clients act on them by themselves (wpad, isatap, localhost),
/// or they are this home's own (the page, the DNS server, the zones). One list, for what is created, for what is only found running, and for what an agent that does not know it writes.
/// </summary>
public static class ReservedNames
{
    private const string Page = "cloud";

    private static readonly FrozenDictionary<string, string> Reasons = new Dictionary<string, string>
    {
        [Page] = "it is the web page's name",
        ["check"] = "the DNS server answers it",
        ["ns"] = "it is the DNS server's name",
        ["localhost"] = "it means the local machine (RFC 6761)",
        ["localdomain"] = "it means the local machine",
        ["broadcasthost"] = "it means the broadcast address",
        ["wpad"] = "browsers find their proxy by it",
        ["isatap"] = "machines find their IPv6 router by it",
        ["home"] = "it is a zone",
        ["arpa"] = "it is a zone",
        ["local"] = "it belongs to multicast DNS (RFC 6762)",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Contains(string name) => ReasonFor(name) is not null;

    /// <summary>Why nobody may claim <paramref name="name"/>, as the end of a sentence; null when it is free.</summary>
    public static string? ReasonFor(string name) =>
        // A site below the page's name could set cookies for the page (RFC 6265 §5.1.3), and passes for a part of it.
        name.EndsWith("." + Page, StringComparison.Ordinal) ? "it is below the web page's name" : Reasons.GetValueOrDefault(name);
}
