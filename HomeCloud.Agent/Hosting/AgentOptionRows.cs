using System.Net;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Net.Addresses;
using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Agent.Hosting;

/// <summary>The agent's own options, beside those of the DNS server.</summary>
internal static class AgentOptionRows
{
    /// <param name="agent">Receives the values.</param>
    public static IEnumerable<DnsOption> For(AgentOptions agent) =>
    [
        Text("docker-host", "URL", "The engine: unix:///PATH or tcp://HOST:PORT. Default: DOCKER_HOST, else unix:///var/run/docker.sock.", (_, v) => agent.Docker.Host = v) with { Short = 'D' },
        Text("docker-config", "FILE", "Docker's config.json with the registry logins. Default: that of the agent's user (DOCKER_CONFIG, else ~/.docker).", (_, v) => agent.Docker.ConfigFile = v),
        Text("agent-id", "NAME", "Owner of this agent's names in the registry. Default: the host's name, kept in the data directory.", (_, v) => agent.Reconciler.AgentId = v),
        List("network", "NAME", "Docker network whose addresses are published; repeatable, in order of preference. Default: every macvlan and ipvlan network.", _ => agent.Naming.Networks) with { Short = 'n' },
        Addresses("host-address", "The host's own address on the LAN, for containers on the host's network. Default: detected.", agent.Reconciler.HostAddresses),
        Switch("healthy-only", "Publish containers with a health check only while it passes. Default: off.", (_, v) => agent.Naming.HealthyOnly = v),
        Switch("publish-host-ports", "Publish containers that are not on the LAN but publish ports with the host's address. Default: off.", (_, v) => agent.Naming.PublishHostPorts = v),
        Number("ttl", "SECONDS", "TTL of container names. Default: 10.", (_, v) => agent.Naming.Ttl = v),
        Seconds("grace", "How long a stopped container keeps its address, so that a restart goes unnoticed. Default: 3.", (_, v) => agent.Reconciler.Grace = v),
        Seconds("resync", "How often all names are compared with the engine, even without an event. Default: 60.", (_, v) => agent.Reconciler.Resync = v),
        Seconds("lease", "How long after this agent's last renewal another agent may take its names. Default: 30.", (_, v) => agent.Reconciler.Lease = v),
        Switch("with-dns", "Answer DNS in this process even with --redis. Default: off with --redis, else on.", (_, v) => agent.WithDns = v),
    ];

    private static DnsOption Addresses(string name, string description, IList<IPAddress> target) => new(name, "ADDR", description, (_, values) =>
    {
        target.Clear();
        foreach (var value in values)
        {
            if (!AddressText.TryParse(value, out var address))
                return $"is not a valid IP address{AddressText.Advice(value)} (example: 192.168.1.5)";
            target.Add(address);
        }

        return null;
    })
    { Repeatable = true };
}
