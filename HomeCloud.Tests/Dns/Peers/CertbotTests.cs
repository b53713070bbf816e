using System.Diagnostics;
using HomeCloud.Tests.Dns.Updating;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>The dns-rfc2136 plugin of Debian's certbot, unpacked and not installed: it finds the zone, adds a challenge and removes it.</summary>
[Trait("Category", "Slow")]
public sealed class CertbotTests : IDisposable
{
    private const string Packages =
        "python3-certbot-dns-rfc2136 python3-certbot python3-dnspython python3-acme python3-josepy python3-configargparse python3-configobj python3-cryptography python3-openssl "
        + "python3-cffi-backend python3-requests python3-urllib3 python3-six python3-idna python3-certifi python3-chardet python3-tz python3-rfc3339 python3-distro python3-pkg-resources";

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-certbot-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 300_000)]
    public async Task Adds_and_removes_challenges()
    {
        var key = new TestKey("certbot.");
        var keys = Path.Combine(_folder, "keys");
        await File.WriteAllTextAsync(keys, key.Statement);
        await RunAsync("sh", "-c", $"cd {_folder} && apt-get -qq download {Packages} && for package in *.deb; do dpkg -x $package root; done");
        await using var server = await PeerProcess.StartHomeCloudAsync("--upstream", "127.0.0.1:9", "--update-keys", keys, "--delegated-zone", "acme.example.net=home.example.net");
        var script = Path.Combine(_folder, "challenge.py");
        await File.WriteAllTextAsync(script, $$"""
            import dns.resolver, dns.tsig
            from certbot_dns_rfc2136._internal.dns_rfc2136 import _RFC2136Client
            client = _RFC2136Client('127.0.0.1', {{server.EndPoint.Port}}, 'certbot.', '{{Convert.ToBase64String(key.Secret)}}', dns.tsig.HMAC_SHA256)
            resolver = dns.resolver.Resolver(configure=False)
            resolver.nameservers, resolver.port = ['127.0.0.1'], {{server.EndPoint.Port}}
            for name in '_acme-challenge.nas.home', '_acme-challenge.nas.acme.example.net', '_acme-challenge.acme.example.net':
                client.add_txt_record(name, 'token', 60)
                print(name, resolver.resolve(name, 'TXT')[0])
                client.del_txt_record(name, 'token')
                try:
                    print(resolver.resolve(name, 'TXT')[0])
                except dns.resolver.NXDOMAIN:
                    print('gone')
            """);

        var said = await RunAsync("env", $"PYTHONPATH={_folder}/root/usr/lib/python3/dist-packages", "python3", script);

        said.Should().Be("_acme-challenge.nas.home \"token\"\ngone\n_acme-challenge.nas.acme.example.net \"token\"\ngone\n_acme-challenge.acme.example.net \"token\"\ngone\n");
    }

    private static async Task<string> RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
        await process.WaitForExitAsync(deadline.Token);
        process.ExitCode.Should().Be(0, await errors);
        return await output;
    }
}
