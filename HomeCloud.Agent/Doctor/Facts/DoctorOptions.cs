using System.Net;
using HomeCloud.Net.Options;
using HomeCloud.Net.Stub;
using HomeCloud.Registry;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Doctor.Facts.DoctorOptions>;

namespace HomeCloud.Agent.Doctor.Facts;

/// <summary>What the doctor checks. It finds by itself what is left out, where possible.</summary>
public sealed class DoctorOptions
{
    /// <summary>The Docker network on the LAN; null: the first macvlan or ipvlan network.</summary>
    public string? Network { get; set; }

    /// <summary>Where HomeCloud's DNS server listens; null: the container labelled <c>homecloud.role=dns</c>, else this machine.</summary>
    public IPEndPoint? Dns { get; set; }

    /// <summary>Addresses of DNS that several machines hold in turn; none by default.</summary>
    public IList<IPEndPoint> SharedAddresses { get; } = [];

    /// <summary>The DNS servers of the other machines that share them, each at an address of its own.</summary>
    public IList<IPEndPoint> PeerDns { get; } = [];

    /// <summary>A zone of ours, without the final dot.</summary>
    public string Zone { get; set; } = "home";

    /// <summary>The router's DNS server; null: the default gateway.</summary>
    public IPEndPoint? Router { get; set; }

    /// <summary>How the programs reach Redis; without one names are kept in a file.</summary>
    public RegistryOptions Registry { get; set; } = new();

    /// <summary>A time server; null: the router and then pool.ntp.org.</summary>
    public string? TimeServer { get; set; }

    /// <summary>A name in the world outside, to see whether upstream servers answer.</summary>
    public string OutsideName { get; set; } = "example.com";

    /// <summary>Where TLS is served, as <c>host:port</c>; none by default.</summary>
    public IList<string> TlsEndPoints { get; } = [];

    /// <summary>The running agent's control socket.</summary>
    public string ControlSocket { get; set; } = "/run/homecloud/agent.sock";

    /// <summary>Where /etc is; another folder in tests.</summary>
    public string EtcFolder { get; set; } = "/etc";

    /// <summary>How long one check may take.</summary>
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What the services are told of too: the environment sets them as it does there.</summary>
    public static OptionRow<DoctorOptions>[] SharedRows =>
    [
        Text("network", "NAME", "The Docker network on the LAN. Default: the first macvlan or ipvlan network.", (o, v) => o.Network = v),
        EndPoints("shared-address", "DNS address that several machines hold in turn.", StubClient.DnsPort, o => o.SharedAddresses),
        EndPoints("peer-dns", "The other machine's DNS server, at its own address.", StubClient.DnsPort, o => o.PeerDns),
        Text("control-socket", "PATH", "The running agent's socket. Default: /run/homecloud/agent.sock.", (o, v) => o.ControlSocket = v),
        .. RegistryOptions.Rows.Where(row => row.Name.StartsWith("redis", StringComparison.Ordinal) && row.Name != "redis-prefix").ToArray().In((DoctorOptions o) => o.Registry),
    ];

    public static OptionRow<DoctorOptions>[] Rows =>
    [
        .. SharedRows,
        EndPoint("dns", "Where HomeCloud's DNS server listens. Default: it is looked for.", (o, v) => o.Dns = v),
        Text("zone", "ZONE", "The zone of your names. Default: home.", (o, v) => o.Zone = v.TrimEnd('.').ToLowerInvariant()),
        EndPoint("router", "The router's DNS server. Default: the default gateway.", (o, v) => o.Router = v),
        List("tls", "HOST:PORT", "Where the page is served over TLS, for its certificate.", o => o.TlsEndPoints),
        Text("time-server", "HOST", "Time server. Default: the router, then pool.ntp.org.", (o, v) => o.TimeServer = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var (option, file) in new[] { ("redis-password-file", Registry.RedisPasswordFile), ("redis-ca-file", Registry.RedisCaFile) })
        {
            if (file is not null && !File.Exists(file))
                yield return $"--{option} '{file}' does not exist.";
        }
    }

    private static OptionRow<DoctorOptions> EndPoint(string name, string description, Action<DoctorOptions, IPEndPoint> set) =>
        One(name, "ADDR[:PORT]", description, (string text, out IPEndPoint value) => OptionText.EndPoint(text, StubClient.DnsPort, out value), set);
}
