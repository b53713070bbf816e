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
        EndPoints("web", "Address of the web page over HTTP; the port defaults to 80; 'off' for none. Only the LAN may connect. Default: 0.0.0.0:80.", HttpPort, web.Listen) with { Short = 'w' },
        EndPoints("web-tls", "Address of the web page over TLS, with --tls-certificate or a self-signed one; the port defaults to 443. Default: none.", HttpsPort, web.ListenTls),
        List("web-host", "NAME", "Another name that browsers may use for the page, for example behind a reverse proxy (see --web-proxy).", _ => web.Hosts),
        Networks("web-proxy", "ADDR|PREFIX", "Reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are trusted. Default: none.", web.Proxies),
        Networks("web-allow", "PREFIX", "Prefix that may use the page in addition to private addresses.", web.Allow),
        Text("web-token-file", "FILE", "File with a token for scripts, at least 16 characters.", (_, v) => web.TokenFile = v),
        Text("control-socket", "PATH", "Unix socket for the command line; 'off' for none. Default: /run/homecloud/agent.sock.", (_, v) => web.ControlSocket = v == "off" ? string.Empty : v),
        Text("control-group", "GROUP", "Group whose members may use the control socket; root always may. Default: homecloud.", (_, v) => web.ControlGroup = v),
        Text("server-network", "NAME", "Docker network for new servers. Default: the first --network, else the only one on the LAN.", (_, v) => servers.Network = v),
        Text("mount-root", "FOLDER", "Folder of this machine below which servers may mount folders. Default: none.", (_, v) => servers.MountRoot = v),
        Switch("allow-privileged", "Allow privileged servers, which control the whole machine. Default: off.", (_, v) => servers.AllowPrivileged = v),
        Switch("address-probe", "Check on the LAN that an address is free before using it. Default: on.", (_, v) => servers.ProbeAddresses = v),
        EndPoints("ready-dns", "DNS servers that must answer a new name before it counts as ready. Default: that of this process.", ListenOptions.DnsPort, servers.DnsServers),
        EndPoints("peer-dns", "DNS servers of the machines that share --shared-address with this one, each at its own address: the doctor queries them. Default: none.", ListenOptions.DnsPort, peerDns),
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
                return $"is not a valid address with a port (example: 192.168.1.5:{port})";
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
                    return "is not a valid prefix (example: 100.64.0.0/10)";
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
