using System.Net;
using System.Text;

namespace HomeCloud.Bench.Systems;

/// <param name="tls">Where it answers DNS over TLS too, with which certificate; null for nowhere.</param>
/// <param name="anchor">The DS record of the root that answers are validated from, as key tag, algorithm, digest type and digest; null validates nothing.</param>
/// <param name="include">A file with more lines of the server's part; null for none.</param>
internal sealed class UnboundSystem(TlsPlace? tls = null, string? anchor = null, string? include = null) : ISystem
{
    public string Name => "unbound";

    public string Program => "unbound";

    public string VersionArgument => "-V";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream)
    {
        var file = Path.Combine(directory, "unbound.conf");
        var text = new StringBuilder($"""
            server:
              num-threads: 1
              interface: {listen.Address}
              port: {listen.Port}
              username: ""
              chroot: ""
              directory: "{directory}"
              pidfile: ""
              use-syslog: no
              verbosity: 0
              do-not-query-localhost: no
              module-config: "{(anchor is null ? "" : "validator ")}iterator"
              access-control: 127.0.0.0/8 allow
              incoming-num-tcp: 100
              so-rcvbuf: 1m
              local-zone: "home." static
              local-data: "home. 60 SOA ns.home. hostmaster.home. 1 3600 600 86400 5"

            """);
        if (tls is not null)
            text.Append($"  interface: {tls.Listen.Address}@{tls.Listen.Port}\n  tls-port: {tls.Listen.Port}\n  tls-service-pem: \"{tls.Certificate}\"\n  tls-service-key: \"{tls.Key}\"\n");
        if (anchor is not null)
            text.Append($"  trust-anchor: \". DS {anchor}\"\n");
        if (include is not null)
            text.Append($"  include: \"{include}\"\n");
        if (names is not null)
        {
            foreach (var line in File.ReadLines(Path.Combine(names, ZoneFiles.HostsFile)))
            {
                var words = line.Split(' ');
                text.Append("  local-data: \"").Append(words[1]).Append(". 60 A ").Append(words[0]).Append("\"\n");
            }
        }

        text.Append("remote-control:\n  control-enable: no\n");
        if (upstream is not null)
            text.Append($"forward-zone:\n  name: \".\"\n  forward-addr: {upstream.Address}@{upstream.Port}\n");
        File.WriteAllText(file, text.ToString());
        return new SystemCommand(Program, "-d", "-c", file);
    }
}
