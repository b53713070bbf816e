namespace HomeCloud.Agent.Naming;

/// <summary>What is published, and under which network's address.</summary>
public sealed class NamingOptions
{
    /// <summary>Networks whose addresses the LAN reaches, in order of preference; empty: every macvlan and ipvlan network with a parent.</summary>
    public IList<string> Networks { get; } = [];

    /// <summary>Zones served for this home: a container called <c>web.home</c> is <c>web</c>, not <c>web.home.home</c>.</summary>
    public IList<string> Zones { get; } = ["home", "home.arpa"];

    /// <summary>Containers with a health check get an address only while it passes.</summary>
    public bool HealthyOnly { get; set; }

    /// <summary>Containers that are not on the LAN, but publish ports, answer with the host's address.</summary>
    public bool PublishHostPorts { get; set; }

    /// <summary>TTL of records without a label of their own, in seconds.</summary>
    public int Ttl { get; set; } = Registry.NameRecord.DefaultTtl;

    public IEnumerable<string> Validate()
    {
        if (Ttl < 0)
            yield return $"--ttl '{Ttl}': must be 0 seconds or more";
        foreach (var network in Networks)
        {
            if (string.IsNullOrWhiteSpace(network))
                yield return "--network is empty: set a Docker network (example: --network lan)";
        }
    }
}
