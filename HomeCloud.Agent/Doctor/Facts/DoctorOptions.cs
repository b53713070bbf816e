using System.Net;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Doctor.Facts;

/// <summary>What the doctor shall look at; everything left out is found by itself where possible.</summary>
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
}
