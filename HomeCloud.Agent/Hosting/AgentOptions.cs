using System.Net;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Net.Options;
using HomeCloud.Net.Stub;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Hosting.AgentOptions>;

namespace HomeCloud.Agent.Hosting;

/// <summary>All options of the agent. Each section belongs to the folder of that name.</summary>
public sealed class AgentOptions
{
    public DockerOptions Docker { get; } = new();

    public NamingOptions Naming { get; } = new();

    public ReconcilerOptions Reconciler { get; } = new();

    /// <summary>The DNS server in the same process; its registry section counts either way.</summary>
    public DnsServerOptions Dns { get; } = new();

    /// <summary>The DNS servers of the machines that share an address with this one; the doctor asks them.</summary>
    public IList<IPEndPoint> PeerDns { get; } = [];

    public WebOptions Web { get; } = new() { Listen = { new IPEndPoint(IPAddress.Any, 80) } };

    public ServersOptions Servers { get; } = new();

    /// <summary>Answer DNS in this process although the registry is in Redis.</summary>
    public bool WithDns { get; set; }

    /// <summary>One process is a whole home, unless Redis says that there are several.</summary>
    public bool RunsDns => WithDns || !Dns.Registry.UsesRedis;

    /// <summary>Every option of the program: the agent's own before those of the DNS server.</summary>
    public static IReadOnlyList<OptionRow<AgentOptions>> Rows { get; } =
    [
        .. DockerOptions.Rows.In((AgentOptions o) => o.Docker),
        .. ReconcilerOptions.Rows.In((AgentOptions o) => o.Reconciler),
        .. NamingOptions.Rows.In((AgentOptions o) => o.Naming),
        Switch("with-dns", "Answer DNS in this process even with --redis. Default: off with --redis, else on.", (o, v) => o.WithDns = v),
        .. WebOptions.Rows.In((AgentOptions o) => o.Web),
        .. ServersOptions.Rows.In((AgentOptions o) => o.Servers),
        EndPoints("peer-dns", "DNS servers of the machines that share --shared-address with this one, each at its own address: the doctor queries them. Default: none.", StubClient.DnsPort, o => o.PeerDns),
        .. DnsServerOptions.Rows.ToArray().In((AgentOptions o) => o.Dns),
    ];

    /// <summary>What is wrong between the sections: one line each with the fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (Web.ListenHttps.Count > 0 && !RunsDns)
            yield return "--listen-https: the DNS server is another process, which has no web server; add --with-dns, or use --listen-tls there.";
    }
}
