using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>
/// Debian's validating resolvers in front of the real server, below a signed root of our own that proves, as the real one does, that
/// <c>home.</c> does not exist, and leaves <c>arpa.</c> unsigned. As they come they refuse our names; with what docs/router.md says,
/// word by word, they hand them on.
/// </summary>
[Trait("Category", "Lab")]
public sealed class ValidatingForwarderScenarios : IAsyncLifetime
{
    private const string Root = "127.0.0.3";
    private const string Forwarder = "127.0.0.9";
    private const string Ask = $"dig +time=2 +tries=1 @{Forwarder}";
    private const int Deadline = 300_000;

    private static readonly (string Program, string Package)[] Packages =
    [
        ("unbound", "unbound"), ("dnsmasq", "dnsmasq-base"), ("named", "bind9"), ("dnssec-signzone", "bind9-utils"), ("pdns_recursor", "pdns-recursor"), ("kresd", "knot-resolver"),
    ];

    private ClientNamespace _home = null!;
    private string _anchor = null!;
    private string _digest = null!;

    private string Folder => _home.Folder;

    public async Task InitializeAsync()
    {
        await DebianPackages.EnsureAsync(Packages, SilentProgress.Instance, CancellationToken.None);
        _home = await ClientNamespace.StartWithAsync(Forwarder, Root, Forwarder);
        await StartRootAsync();
        var hosts = await WriteAsync("hosts", $"{ClientNamespace.Outside} airplay\n");
        _home.Start(PeerProcess.HomeCloud(), $"--listen 127.0.0.1:53 --upstream {Root} --hosts-file {hosts} --data-dir {Folder}");
        await _home.UntilAsync("dig +time=1 +tries=1 @127.0.0.1 airplay.home", ClientNamespace.Outside);
    }

    public async Task DisposeAsync() => await _home.DisposeAsync();

    [Theory(Timeout = Deadline)]
    [InlineData("Unbound")]
    [InlineData("dnsmasq")]
    [InlineData("BIND")]
    [InlineData("PowerDNS Recursor")]
    [InlineData("Knot Resolver")]
    public async Task Hands_our_names_on_once_it_is_told(string resolver)
    {
        var plain = await StartAsync(resolver, []);
        await _home.UntilAsync($"{Ask} nothing.nowhere +dnssec", " ad;");
        (await _home.RunAsync($"{Ask} airplay.home")).Should().ContainAny("status: SERVFAIL", "status: NXDOMAIN").And.NotContain(ClientNamespace.Outside, "the root has proved that there is no home.");
        (await DoctorAsync()).Should().Contain($"{Forwarder} validates DNSSEC").And.Contain("docs/router.md");
        await _home.StopAsync(plain);

        await StartAsync(resolver, RouterRecipes.Of(resolver));

        await _home.UntilAsync($"{Ask} nothing.nowhere +dnssec", " ad;");
        (await _home.RunAsync($"{Ask} airplay.home")).Should().Contain("status: NOERROR").And.Contain(ClientNamespace.Outside);
        (await _home.RunAsync($"{Ask} airplay.home.arpa")).Should().Contain("status: NOERROR").And.Contain(ClientNamespace.Outside);
        (await _home.RunAsync($"{Ask} nothing.home")).Should().Contain("status: NXDOMAIN");
        (await _home.RunAsync($"{Ask} nothing.nowhere +dnssec")).Should().Contain("status: NXDOMAIN").And.Contain(" ad;", "the rest of the world is validated as before");
        (await DoctorAsync()).Should().NotContain("validates DNSSEC");
    }

    private Task<string> DoctorAsync() => _home.RunAsync($"{Executables.Agent} doctor --json --only dnssec --dns 127.0.0.1");

    private async Task StartRootAsync()
    {
        await WriteAsync("root.zone", $"""
            . 3600 IN SOA a.root. nobody.invalid. 1 3600 1200 604800 300
            . 3600 IN NS a.root.
            a.root. 3600 IN A {Root}
            arpa. 3600 IN NS a.root.
            """ + "\n");
        await ClientProcess.RunAsync("sh", $"-c \"cd {Folder} && dnssec-keygen -q -K . -a ECDSAP256SHA256 -f KSK . >key && dnssec-signzone -q -K . -S -o . -z -f root.signed root.zone && dnssec-dsfromkey -2 $(cat key).key >ds && grep -v '^;' $(cat key).key >anchor.key\"");
        _anchor = (await File.ReadAllTextAsync(Path.Combine(Folder, "anchor.key"))).Trim();
        _digest = (await File.ReadAllTextAsync(Path.Combine(Folder, "ds"))).Trim();
        await WriteAsync("hints", $". 3600 IN NS a.root.\na.root. 3600 IN A {Root}\n");
        var configuration = await WriteAsync("root.conf", $$"""
            options { directory "{{Folder}}"; listen-on { {{Root}}; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; dnssec-validation no; };
            controls {};
            zone "." { type primary; file "root.signed"; };
            """);
        _home.Start("named", $"-u root -g -c {configuration}");
        await _home.UntilAsync($"dig +time=1 +tries=1 +dnssec @{Root} home", "NXDOMAIN");
    }

    /// <param name="resolver">As docs/router.md calls it.</param>
    /// <param name="recipe">Its blocks there; none: it only forwards.</param>
    private async Task<int> StartAsync(string resolver, string[] recipe)
    {
        var words = _anchor.Split(' ', 7);
        var digest = _digest.Split(' ');
        switch (resolver)
        {
            case "Unbound":
                return _home.Start("unbound", "-d -c " + await WriteAsync("unbound.conf", $"""
                    server:
                      interface: {Forwarder}
                      do-daemonize: no
                      chroot: ""
                      username: ""
                      pidfile: ""
                      directory: "{Folder}"
                      use-syslog: no
                      do-not-query-localhost: no
                      module-config: "validator iterator"
                      trust-anchor-file: "anchor.key"
                    stub-zone:
                      name: "."
                      stub-addr: {Root}
                    {(recipe.Length > 0 ? recipe[0] : "forward-zone:\n  name: \"home.\"\n  forward-addr: 127.0.0.1\nforward-zone:\n  name: \"home.arpa.\"\n  forward-addr: 127.0.0.1")}
                    """));
            case "dnsmasq":
                return _home.Start("dnsmasq", "--keep-in-foreground --conf-file=" + await WriteAsync("dnsmasq.conf", $"""
                    listen-address={Forwarder}
                    bind-interfaces
                    no-resolv
                    no-hosts
                    user=root
                    pid-file=
                    log-facility=-
                    dnssec
                    trust-anchor=.,{digest[3]},{digest[4]},{digest[5]},{string.Concat(digest[6..])}
                    server=127.0.0.1
                    {string.Join('\n', recipe)}
                    """));
            case "BIND":
                return _home.Start("named", "-u root -g -c " + await WriteAsync("named.conf", $$"""
                    options { directory "{{Folder}}"; listen-on { {{Forwarder}}; }; listen-on-v6 { none; }; recursion yes; pid-file none; session-keyfile none; dnssec-validation yes;
                    {{(recipe.Length > 0 ? recipe[0] : "")}}
                    };
                    controls {};
                    trust-anchors { . static-key {{words[3]}} {{words[4]}} {{words[5]}} "{{words[6].Replace(" ", "", StringComparison.Ordinal)}}"; };
                    zone "." { type hint; file "hints"; };
                    {{(recipe.Length > 0 ? recipe[1] : """
                    zone "home" { type forward; forward only; forwarders { 127.0.0.1; }; };
                    zone "home.arpa" { type forward; forward only; forwarders { 127.0.0.1; }; };
                    """)}}
                    """));
            case "PowerDNS Recursor":
                await WriteAsync("recursor.lua", $"clearTA()\naddTA('.', \"{digest[3]} {digest[4]} {digest[5]} {string.Concat(digest[6..])}\")\n{(recipe.Length > 0 ? recipe[1] : "")}\n");
                await WriteAsync("recursor.conf", $"""
                    local-address={Forwarder}
                    daemon=no
                    socket-dir={Folder}
                    dnssec=validate
                    hint-file={Folder}/hints
                    dont-query=
                    security-poll-suffix=
                    lua-config-file={Folder}/recursor.lua
                    setuid=
                    setgid=
                    {(recipe.Length > 0 ? recipe[0] : "forward-zones=home=127.0.0.1, home.arpa=127.0.0.1")}
                    """);
                return _home.Start("pdns_recursor", $"--config-dir={Folder}");
            default:
                var cache = Directory.CreateDirectory(Path.Combine(Folder, "kresd")).FullName;
                return _home.Start("kresd", "-n -q -c " + await WriteAsync("kresd.conf", $$"""
                    net.listen('{{Forwarder}}', 53, { kind = 'dns' })
                    trust_anchors.remove('.')
                    trust_anchors.add('{{_anchor}}')
                    modules.load('hints')
                    hints.root({ ['a.root.'] = '{{Root}}' })
                    {{(recipe.Length > 0 ? recipe[0] : "policy.add(policy.suffix(policy.FORWARD('127.0.0.1'), policy.todnames({'home.'})))")}}
                    """) + " " + cache);
        }
    }

    private async Task<string> WriteAsync(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(path, content);
        return path;
    }
}
