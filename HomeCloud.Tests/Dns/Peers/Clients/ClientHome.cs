using System.Security.Cryptography.X509Certificates;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Web;

namespace HomeCloud.Tests.Dns.Peers.Clients;

/// <summary>
/// The agent as a home runs it, with DNS over UDP, TLS and HTTPS, validation, a block list and names of its own; and resolvers that
/// validate for themselves and ask it everything, each with what docs/router.md says.
/// </summary>
public sealed class ClientHome : IAsyncLifetime
{
    /// <summary>Where pages of good names are.</summary>
    public const string Page = "192.0.2.10";

    /// <summary>Nobody shall come here: what blocked names have outside, and names that mean something else at home.</summary>
    public const string Unwanted = "192.0.2.66";

    private const string Unbound = "127.0.0.11";
    private const string Dnsmasq = "127.0.0.12";
    private const string Bind = "127.0.0.13";
    private const string Resolved = "127.0.0.21";
    private const string LenientResolved = "127.0.0.22";

    // Where the system's DNS server should be: who asks it gets nothing.
    private const string Nobody = "127.0.0.99";

    private UnpackedResolved _resolved = null!;
    private MadeCertificates _certificates = null!;
    private string[] _anchor = null!;

    internal ClientNamespace Machine { get; private set; } = null!;

    /// <summary>What a client's command begins with; the name follows.</summary>
    internal string Command(string client) => client switch
    {
        "dig" => Dig("127.0.0.1"),
        "kdig" => Kdig(""),
        "kdig over TLS" => Kdig($"+tls {Trust}"),
        "kdig over HTTPS" => Kdig($"+https {Trust}"),
        "delv" => Delv,
        "systemd-resolved, DNSSEC=yes" => Dig(Resolved),
        "systemd-resolved, DNSSEC=allow-downgrade" => Dig(LenientResolved),
        "Unbound" => Dig(Unbound),
        "dnsmasq" => Dig(Dnsmasq),
        "BIND" => Dig(Bind),
        _ => throw new ArgumentOutOfRangeException(nameof(client), client, null),
    };

    internal string Delv => $"delv @127.0.0.1 -a {Path("delv.anchor")} +root=.";

    private string Trust => $"+tls-ca={Path("authority.pem")} +tls-hostname=cloud.home";

    private string DsData => $"{_anchor[3]} {_anchor[4]} {_anchor[5]} \"{string.Concat(_anchor[6..])}\"";

    public async Task InitializeAsync()
    {
        Machine = await ClientNamespace.StartWithAsync(Nobody, Page, ClientTree.Server, Unbound, Dnsmasq, Bind, Resolved, LenientResolved);
        _resolved = await UnpackedResolved.GetAsync();
        var anchor = await ClientTree.StartAsync(Machine);
        _anchor = (await File.ReadAllTextAsync(anchor)).Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        await StartAgentAsync(anchor);
        await Task.WhenAll(StartUnboundAsync(anchor), StartDnsmasqAsync(), StartBindAsync(), StartResolvedAsync(Resolved, "yes"), StartResolvedAsync(LenientResolved, "allow-downgrade"));
        await WriteAsync("delv.anchor", $"trust-anchors {{ . static-ds {DsData}; }};");
        await StartPagesAsync();

        // What the root proves here, that there is nothing around home. either, must not count for home.
        foreach (var resolver in (string[])[Unbound, Dnsmasq, Bind, Resolved, LenientResolved])
            await Machine.UntilAsync($"{Dig(resolver)} www.nowhere", " ad;");
    }

    public async Task DisposeAsync()
    {
        await Machine.DisposeAsync();
        _resolved.Dispose();
        _certificates.Dispose();
    }

    private static string Dig(string server) => $"dig @{server} +dnssec +time=15 +tries=1";

    private static string Kdig(string more) => $"kdig @127.0.0.1 +dnssec +adflag +time=15 +retry=0 {more}";

    private string Path(string file) => System.IO.Path.Combine(Machine.Folder, file);

    private async Task<string> WriteAsync(string file, string content)
    {
        await File.WriteAllTextAsync(Path(file), content);
        return Path(file);
    }

    private async Task StartAgentAsync(string anchor)
    {
        _certificates = new MadeCertificates(Machine.Folder, "cloud.home", "127.0.0.1");
        await WriteAsync("authority.pem", _certificates.Root.ExportCertificatePem());
        var hosts = await WriteAsync("hosts", $"{Page} nas\n");
        var list = await WriteAsync("ads", "ads.example.org\nads.example.net\nlisted.org\nlisted.net\n");
        Machine.Start(Executables.Agent, $"--docker-host unix://{Path("no-engine.sock")} --web 127.0.0.1:8080 --control-socket off --data-dir {Path("data")} "
            + $"--listen 127.0.0.1:53 --listen-tls 127.0.0.1:853 --listen-https 127.0.0.1:443 --tls-certificate {_certificates.CertificatePath} --tls-key {_certificates.KeyPath} "
            + $"--upstream {ClientTree.Server} --dnssec on --trust-anchor {anchor} --block ads={list} --hosts-file {hosts} "
            + $"--local nextcloud.example.org=nas --local cloud.example.org=nas --local cloud.example.net={Page} --local split.org=nas");
        await Machine.UntilAsync("dig +time=1 +tries=1 @127.0.0.1 nas.home", Page);
        await Machine.UntilAsync("dig +time=1 +tries=1 @127.0.0.1 ads.example.net", "0.0.0.0");
    }

    private async Task StartUnboundAsync(string anchor) => Machine.Start("unbound", "-d -c " + await WriteAsync("unbound.conf", $"""
        server:
          interface: {Unbound}
          do-daemonize: no
          chroot: ""
          username: ""
          pidfile: ""
          directory: "{Machine.Folder}"
          use-syslog: no
          do-not-query-localhost: no
          module-config: "validator iterator"
          trust-anchor-file: "{anchor}"
          {RouterRecipes.LineOfOwnName("Unbound")}
        forward-zone:
          name: "."
          forward-addr: 127.0.0.1
        {RouterRecipes.Of("Unbound")[0]}
        """));

    private async Task StartDnsmasqAsync() => Machine.Start("dnsmasq", "--keep-in-foreground --conf-file=" + await WriteAsync("dnsmasq.conf", $"""
        listen-address={Dnsmasq}
        bind-interfaces
        no-resolv
        no-hosts
        user=root
        pid-file=
        log-facility=-
        dnssec
        trust-anchor=.,{_anchor[3]},{_anchor[4]},{_anchor[5]},{string.Concat(_anchor[6..])}
        server=127.0.0.1
        {RouterRecipes.Of("dnsmasq")[0]}
        {RouterRecipes.LineOfOwnName("dnsmasq")}
        """));

    private async Task StartBindAsync()
    {
        var recipe = RouterRecipes.Of("BIND");
        Machine.Start("named", "-u root -g -c " + await WriteAsync("bind.conf", $$"""
            options { directory "{{Machine.Folder}}"; listen-on { {{Bind}}; }; listen-on-v6 { none; }; pid-file none; session-keyfile none; recursion yes; dnssec-validation yes;
            forward only; forwarders { 127.0.0.1; };
            {{recipe[0].Replace("{ ", $"{{ {RouterRecipes.LineOfOwnName("BIND")} ", StringComparison.Ordinal)}}
            };
            controls {};
            trust-anchors { . static-ds {{DsData}}; };
            {{recipe[1]}}
            """));
    }

    private async Task StartResolvedAsync(string address, string dnssec)
    {
        var negative = await WriteAsync($"{dnssec}.negative", $"{RouterRecipes.Of("systemd-resolved")[0]}\n{RouterRecipes.LineOfOwnName("systemd-resolved")}\n");
        var positive = await WriteAsync($"{dnssec}.positive", $". IN DS {DsData.Replace("\"", "", StringComparison.Ordinal)}\n");
        await _resolved.StartAsync(Machine, $"resolved-{dnssec}.sh", $"DNSSEC={dnssec}\nDNSStubListener=no\nDNSStubListenerExtra={address}", $"""
            mkdir -p /run/dnssec-trust-anchors.d
            cp {positive} /run/dnssec-trust-anchors.d/root.positive
            cp {negative} /run/dnssec-trust-anchors.d/home.negative
            """);
    }

    // For the browser: pages of the names, a page that this device itself has, and a policy as a family's machines get it.
    private async Task StartPagesAsync()
    {
        foreach (var (address, text) in ((string, string)[])[(Page, "it works"), ("127.0.0.1", "this very device")])
        {
            var folder = Directory.CreateDirectory(Path(address)).FullName;
            await File.WriteAllTextAsync(System.IO.Path.Combine(folder, "index.html"), $"{text}\n");
            Machine.Start("busybox", $"httpd -f -p {address}:80 -h {folder}");
        }

        await Machine.ReplaceAsync("chromium/policies/managed/home.json", $$"""
            {
              "DnsOverHttpsMode": "secure",
              "DnsOverHttpsTemplates": "https://127.0.0.1/dns-query{?dns}",
              "CACertificates": ["{{Convert.ToBase64String(_certificates.Root.Export(X509ContentType.Cert))}}"]
            }
            """);
    }
}
