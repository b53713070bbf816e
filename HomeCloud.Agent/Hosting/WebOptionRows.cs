using System.Net;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Net.Addresses;
using static HomeCloud.Dns.Hosting.Options.OptionKinds;

namespace HomeCloud.Agent.Hosting;

/// <summary>The options of the page, the API, making servers, and what the page's doctor asks.</summary>
internal static class WebOptionRows
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    public static IEnumerable<DnsOption> For(WebOptions web, ServersOptions servers, IList<IPEndPoint> peerDns) =>
    [
        EndPoints("web", "Where the page is, http, port 80 if not given; 'off' for nowhere. Default: 0.0.0.0:80; only the LAN is let in.", HttpPort, web.Listen) with { Short = 'w' },
        EndPoints("web-tls", "Where the page is over TLS, port 443 if not given, with --tls-certificate or one of our own. Default: nowhere.", HttpsPort, web.ListenTls),
        List("web-host", "NAME", "A further name that browsers may use for the page, behind a reverse proxy for instance (see --web-proxy).", _ => web.Hosts),
        Networks("web-proxy", "ADDR|PREFIX", "A reverse proxy: its X-Forwarded-For and X-Forwarded-Proto are believed. Default: nobody's are.", web.Proxies),
        Networks("web-allow", "PREFIX", "A prefix that may use the page besides private addresses.", web.Allow),
        Text("web-token-file", "FILE", "A file with a token for scripts, at least 16 characters.", (_, v) => web.TokenFile = v),
        Text("control-socket", "PATH", "Unix socket for the command line; 'off' for none. Default: /run/homecloud/agent.sock.", (_, v) => web.ControlSocket = v == "off" ? string.Empty : v),
        Text("control-group", "GROUP", "Members may use that socket, as root may. Default: homecloud.", (_, v) => web.ControlGroup = v),
        Text("server-network", "NAME", "Docker network for new servers. Default: the first --network, else the only one on the LAN.", (_, v) => servers.Network = v),
        Text("mount-root", "FOLDER", "Servers may mount folders of this machine from below here. Default: none.", (_, v) => servers.MountRoot = v),
        Switch("allow-privileged", "Servers may be privileged, and so own the machine. Default: off.", (_, v) => servers.AllowPrivileged = v),
        Switch("address-probe", "Ask the LAN whether an address is free before giving it away. Default: on.", (_, v) => servers.ProbeAddresses = v),
        EndPoints("ready-dns", "DNS servers that must know a new name before it counts as ready. Default: that of this process.", ListenOptions.DnsPort, servers.DnsServers),
        EndPoints("peer-dns", "DNS servers of the machines that share --shared-address with this one, each at an address of its own: the doctor asks them. Default: none.", ListenOptions.DnsPort, peerDns),
    ];

    private static DnsOption EndPoints(string name, string description, int port, IList<IPEndPoint> target) => new(name, "ADDR:PORT", description, (_, values) =>
    {
        target.Clear();
        if (values is ["off"])
        {
            return null;
        }

        foreach (var value in values)
        {
            if (!ListenAddress.TryParse(value, port, out var endPoint))
            {
                return $"is not an address with a port, such as 192.168.1.5:{port}";
            }

            target.Add(endPoint);
        }

        return null;
    })
    { Repeatable = true };

    private static DnsOption Networks(string name, string help, string description, IList<IPNetwork> target) => new(name, help, description, (_, values) =>
    {
        target.Clear();
        foreach (var value in values)
        {
            if (!AddressText.TryParseNetwork(value, out var network))
            {
                if (!AddressText.TryParse(value, out var one))
                {
                    return "is not a prefix, for instance 100.64.0.0/10";
                }

                // An address is a prefix of all its bits.
                network = new IPNetwork(one, one.GetAddressBytes().Length * 8);
            }

            target.Add(network);
        }

        return null;
    })
    { Repeatable = true };
}
