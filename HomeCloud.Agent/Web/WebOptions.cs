using System.Net;

namespace HomeCloud.Agent.Web;

/// <summary>The page and the API: where they listen, and whom they let in.</summary>
public sealed class WebOptions
{
    public const string DefaultControlSocket = "/run/homecloud/agent.sock";

    /// <summary>Where the page listens, <c>ADDR:PORT</c> (<c>--web</c>); empty for none. <c>0.0.0.0</c> is every address of the machine.</summary>
    public IList<IPEndPoint> Listen { get; } = [];

    /// <summary>The same over TLS (<c>--web-tls</c>).</summary>
    public IList<IPEndPoint> ListenTls { get; } = [];

    /// <summary>Unix socket for the command line (<c>--control-socket</c>); root and <see cref="ControlGroup"/> may use it; empty for none.</summary>
    public string ControlSocket { get; set; } = DefaultControlSocket;

    /// <summary>The group that may use the socket besides root; a group that does not exist is passed over.</summary>
    public string ControlGroup { get; set; } = "homecloud";

    /// <summary>A file with one token that scripts may use, besides those made on the page (<c>--web-token-file</c>).</summary>
    public string TokenFile { get; set; } = string.Empty;

    /// <summary>Certificate in PEM (<c>--tls-certificate</c>), with the chain behind it; empty to make one ourselves when TLS is listened for.</summary>
    public string TlsCertificate { get; set; } = string.Empty;

    /// <summary>Its key in PEM (<c>--tls-key</c>).</summary>
    public string TlsKey { get; set; } = string.Empty;

    /// <summary>The page's own name inside the zones.</summary>
    public string Name { get; set; } = "cloud";

    /// <summary>Zones under which <see cref="Name"/> is known; other Host headers are refused.</summary>
    public IList<string> Zones { get; } = ["home", "home.arpa"];

    /// <summary>Further Host headers to accept (<c>--web-host</c>), for a reverse proxy.</summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>Reverse proxies whose word is taken for the client's address and scheme (<c>--web-proxy</c>); nobody's otherwise.</summary>
    public IList<IPNetwork> Proxies { get; } = [];

    /// <summary>Prefixes that may connect besides private ones (<c>--web-allow</c>).</summary>
    public IList<IPNetwork> Allow { get; } = [];

    public bool IsProxy(IPAddress address) => Proxies.Any(p => p.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));
}
