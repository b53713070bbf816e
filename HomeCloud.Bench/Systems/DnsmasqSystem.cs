using System.Net;

namespace HomeCloud.Bench.Systems;

internal sealed class DnsmasqSystem(params string[] more) : ISystem
{
    public string Name => "dnsmasq";

    public string Program => "dnsmasq";

    public string VersionArgument => "--version";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream)
    {
        List<string> arguments =
        [
            "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--user=root", "--pid-file=",
            $"--listen-address={listen.Address}", $"--port={listen.Port}", "--local=/home/", "--cache-size=10000", "--dns-forward-max=1000", "--log-facility=-", .. more,
        ];
        if (names is not null)
            arguments.Add($"--addn-hosts={names}/{ZoneFiles.HostsFile}");
        if (upstream is not null)
            arguments.Add($"--server={upstream.Address}#{upstream.Port}");
        return new SystemCommand(Program, arguments);
    }
}
