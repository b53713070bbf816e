using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Listening;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Cli;
using HomeCloud.Commands;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>The page over TLS, with its own certificate and with a given one, as a client sees it that checks everything.</summary>
public sealed class PageTlsTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-tls").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Limit)]
    public async Task With_its_own_certificate_it_is_trusted_by_whoever_trusts_that_and_cookies_are_for_TLS_only()
    {
        await using var home = await WebHome.StartAsync(web: Tls);
        using var browser = Client(home, Certificates(Path.Combine(home.Folder, "web", "certificate.pem"))[0]);
        await WebHome.TakeFormTokenAsync(browser, "/setup");
        var set = await browser.PostAsJsonAsync("/api/v1/setup", new { password = WebHome.Password, key = home.Services.GetRequiredService<SetupLink>().Make() });

        set.StatusCode.Should().Be(HttpStatusCode.NoContent);
        set.Headers.GetValues("Set-Cookie").Should().OnlyContain(c => c.Contains("secure", StringComparison.OrdinalIgnoreCase));
        (await browser.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.OK);
        File.GetUnixFileMode(Path.Combine(home.Folder, "web", "certificate.pem")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact(Timeout = Limit)]
    public async Task Nobody_else_trusts_its_own_certificate()
    {
        await using var home = await WebHome.StartAsync(web: Tls);
        using var stranger = Client(home, MadeCertificates.Authority("CN=somebody else"));
        var refused = async () => await stranger.GetAsync("/sign-in");
        (await refused.Should().ThrowAsync<HttpRequestException>()).WithInnerException<System.Security.Authentication.AuthenticationException>();
    }

    [Fact(Timeout = Limit)]
    public async Task With_a_given_certificate_the_chain_behind_it_is_sent_too()
    {
        using var made = new MadeCertificates(_folder, "cloud.home");
        await using var home = await WebHome.StartAsync(web: options => Given(options, made));
        using var client = Client(home, made.Root);

        // Only the root is known to the client: without the intermediate from the server this fails.
        (await client.GetAsync("/sign-in")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_that_cannot_be_read_costs_TLS_and_not_the_page()
    {
        var nonsense = Path.Combine(_folder, "nonsense.pem");
        await File.WriteAllTextAsync(nonsense, "nonsense");
        await using var home = await WebHome.StartAsync(web: options =>
        {
            Tls(options);
            options.TlsCertificate = options.TlsKey = nonsense;
        });
        home.TlsUrl.Should().BeNull();
        using var stranger = home.Stranger();
        (await stranger.GetAsync("/sign-in")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public void What_was_renewed_on_disk_is_served_within_a_minute_and_a_torn_file_changes_nothing()
    {
        var clock = new ManualClock();
        using var first = new MadeCertificates(_folder, "cloud.home");
        var options = new WebOptions();
        Given(options, first);
        using var source = new CertificateSource(options, new ServersOptions { DataDirectory = _folder }, clock, NullLogger<CertificateSource>.Instance);
        var before = Thumbprint(source);
        var written = File.GetLastWriteTimeUtc(first.CertificatePath);

        using var second = new MadeCertificates(_folder, "cloud.home");
        File.SetLastWriteTimeUtc(first.CertificatePath, written);
        File.SetLastWriteTimeUtc(first.KeyPath, written);
        Thumbprint(source).Should().Be(before, "a handshake does not look at the disk");
        clock.Advance(TimeSpan.FromMinutes(1));
        var renewed = Thumbprint(source);
        renewed.Should().NotBe(before).And.Be(second.Thumbprint);

        File.WriteAllText(first.CertificatePath, "-----BEGIN CERT");
        clock.Advance(TimeSpan.FromMinutes(1));
        Thumbprint(source).Should().Be(renewed);

        using var third = new MadeCertificates(_folder, "cloud.home");
        Thumbprint(source).Should().Be(renewed);
        source.LookNext();
        Thumbprint(source).Should().Be(third.Thumbprint, "SIGHUP does not wait for the minute");
    }

    [Theory]
    [InlineData(-1000)]
    [InlineData(1000)]
    public void Its_own_certificate_is_made_again_when_a_wrong_clock_is_set_right(int days)
    {
        var clock = new ManualClock();
        using var source = new CertificateSource(new WebOptions(), new ServersOptions { DataDirectory = _folder }, clock, NullLogger<CertificateSource>.Instance);
        clock.JumpWallClock(TimeSpan.FromDays(days));
        source.Get();
        clock.JumpWallClock(-TimeSpan.FromDays(days));
        clock.Advance(TimeSpan.FromMinutes(1));
        var certificate = source.Get().ServerCertificateContext!.TargetCertificate;
        certificate.NotBefore.ToUniversalTime().Should().BeBefore(clock.GetUtcNow().UtcDateTime);
        certificate.NotAfter.ToUniversalTime().Should().BeAfter(clock.GetUtcNow().UtcDateTime.AddDays(300));
    }

    [Fact]
    public void Its_own_certificate_outlives_a_restart_and_is_made_again_a_month_before_its_end()
    {
        var clock = new ManualClock();
        string Shown()
        {
            using var source = new CertificateSource(new WebOptions(), new ServersOptions { DataDirectory = _folder }, clock, NullLogger<CertificateSource>.Instance);
            return Thumbprint(source);
        }

        var first = Shown();
        Shown().Should().Be(first);
        clock.Advance(TimeSpan.FromDays(397 - 29));
        Shown().Should().NotBe(first);
    }

    [Fact(Timeout = Limit)]
    public async Task The_command_line_reaches_it_with_a_token_and_the_certificate_it_shall_trust()
    {
        using var made = new MadeCertificates(_folder, "127.0.0.1");
        await using var home = await WebHome.StartAsync(web: options => Given(options, made));
        using var local = home.OverSocket();
        var answer = await (await local.PostAsJsonAsync("/api/v1/tokens", new { name = "script" })).Content.ReadFromJsonAsync<Dictionary<string, string>>();
        var root = Path.Combine(_folder, "root.pem");
        await File.WriteAllTextAsync(root, made.Root.ExportCertificatePem());

        string[] Line(params string[] more) => ["ls", "--url", home.TlsUrl!.ToString(), "--token", answer!["token"], .. more];
        (await CommandLine.RunAsync(Line("--ca", root))).Should().Be(ExitCodes.Success);
        (await CommandLine.RunAsync(Line())).Should().Be(ExitCodes.Away, "nobody vouches for it");
        (await CommandLine.RunAsync(Line("--ca", "/nowhere.pem"))).Should().Be(ExitCodes.Usage);
    }

    private static void Tls(WebOptions options) => options.ListenTls.Add(new IPEndPoint(IPAddress.Loopback, 0));

    private static void Given(WebOptions options, MadeCertificates made)
    {
        Tls(options);
        options.TlsCertificate = made.CertificatePath;
        options.TlsKey = made.KeyPath;
    }

    private static string Thumbprint(CertificateSource source) => source.Get().ServerCertificateContext!.TargetCertificate.Thumbprint;

    private static X509Certificate2Collection Certificates(string path)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        return all;
    }

    /// <summary>Asks for cloud.home, reaches the test's own port, and trusts one root only.</summary>
    private static HttpClient Client(WebHome home, X509Certificate2 root)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(root);
        return new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, home.TlsUrl!.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("https://cloud.home") };
    }
}
