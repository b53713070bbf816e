using HomeCloud.Dns.Serving.Access;

namespace HomeCloud.Dns.Serving;

/// <summary>How queries are treated before and beside our zones and the forwarder.</summary>
public sealed class ServingOptions
{
    public EdnsOptions Edns { get; } = new();

    public AccessOptions Access { get; } = new();

    public RateLimitOptions RateLimit { get; } = new();

    /// <summary>Answer <c>version.bind</c> and <c>id.server</c> in class CHAOS.</summary>
    public bool Chaos { get; set; } = true;

    /// <summary>Tell browsers and phones not to bypass this server: <c>use-application-dns.net</c> and iCloud Private Relay's names do not exist.</summary>
    public bool KeepClients { get; set; } = true;

    /// <summary>Name an existing neighbour when a name of ours does not exist.</summary>
    public bool Suggestions { get; set; } = true;

    /// <summary>Messages for a person, naming option, value and fix; none when all is well.</summary>
    public IEnumerable<string> Validate() => [.. Edns.Validate(), .. Access.Validate(), .. RateLimit.Validate()];
}
