using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Naming.NamingOptions>;

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

    public static OptionRow<NamingOptions>[] Rows =>
    [
        List("network", "NAME", "Docker network whose addresses are published; repeatable, in order of preference. Default: every macvlan and ipvlan network.", o => o.Networks, 'n'),
        Switch("healthy-only", "Publish containers with a health check only while it passes. Default: off.", (o, v) => o.HealthyOnly = v),
        Switch("publish-host-ports", "Publish containers that are not on the LAN but publish ports with the host's address. Default: off.", (o, v) => o.PublishHostPorts = v),
        Number("ttl", "SECONDS", "TTL of container names. Default: 10.", (o, v) => o.Ttl = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
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
