using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Tests.Agent.Web.Browser;
using HomeCloud.Tests.Dns.Peers;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web.Doh;

/// <summary>A browser that is told to ask us over HTTPS, and nobody else: the name is known to no other DNS server.</summary>
[Trait("Category", "Lab")]
public sealed class DohBrowserTests : IDisposable
{
    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("doh-profile-");

    public void Dispose() => _profile.Delete(recursive: true);

    [Fact(Timeout = 180_000)]
    public async Task Chromium_opens_a_page_by_a_name_that_it_learned_over_HTTPS()
    {
        await using var home = await DohHome.StartAsync();
        await SetAsync($"https://127.0.0.1:{home.Web.TlsUrl!.Port}/dns-query{{?dns}}");
        // The household's authority, as if it were in the system's list.
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(home.Certificates.CertificatePath);
        var key = Convert.ToBase64String(SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo()));

        var output = await ClientProcess.RunAsync(
            Chromium.Path,
            $"--headless {string.Join(' ', Chromium.Arguments)} --dump-dom --user-data-dir={_profile.FullName} --ignore-certificate-errors-spki-list={key} http://{DohHome.PageName}:{home.Web.Url.Port}/healthz");

        output.Should().Contain("ok");
        home.Services.GetRequiredService<QueryObserver>().Counters.Queries(QueryTransport.Https).Should().BePositive();
    }

    [Fact(Timeout = 180_000)]
    public async Task Chromium_does_not_believe_a_certificate_of_nobody()
    {
        await using var home = await DohHome.StartAsync();
        await SetAsync($"https://127.0.0.1:{home.Web.TlsUrl!.Port}/dns-query{{?dns}}");

        var output = await ClientProcess.RunAsync(
            Chromium.Path,
            $"--headless {string.Join(' ', Chromium.Arguments)} --dump-dom --user-data-dir={_profile.FullName} http://{DohHome.PageName}:{home.Web.Url.Port}/healthz");

        output.Should().NotContain(">ok");
        home.Services.GetRequiredService<QueryObserver>().Counters.Queries(QueryTransport.Https).Should().Be(0, "it hung up at the certificate");
    }

    private Task SetAsync(string template) => File.WriteAllTextAsync(
        Path.Combine(_profile.FullName, "Local State"),
        $$$"""{"dns_over_https":{"mode":"secure","templates":"{{{template}}}"}}""");
}
