using System.Text;
using HomeCloud.Agent.Hosting;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Net.Certificates;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Tests.Agent.Web.Doh;

/// <summary>RFC 9462 with real listeners: what devices are told follows the certificate that is shown.</summary>
public sealed class ServedDesignationTests
{
    [Fact(Timeout = 120_000)]
    public async Task Devices_are_told_of_both_services_while_their_certificate_can_be_verified()
    {
        var port = FreePort.Find();
        await using var home = await DohHome.StartAsync(dns: (options, home) =>
        {
            options.Listen.TlsAddresses.Add($"127.0.0.1:{port}");
            options.Listen.TlsCertificate = home.Certificates.CertificatePath;
            options.Listen.TlsKey = home.Certificates.KeyPath;
        });
        using var client = home.Client("2.0");
        async Task<MessageText> AskAsync()
        {
            home.Services.GetRequiredService<TlsCertificate>().LookAgain();
            home.Services.GetServices<IHostedService>().OfType<DohDesignation>().Single().LookAgain();
            return (await DohHome.AskAsync(client, new QueryBuilder("_dns.resolver.arpa", RecordType.Svcb) { UdpSize = 1232 }.Build())).Message;
        }

        string[] told =
        [
            $"_dns.resolver.arpa. 300 IN SVCB 1 cloud.home. alpn=\"dot\" port={port} ipv4hint=127.0.0.1",
            $"_dns.resolver.arpa. 300 IN SVCB 2 cloud.home. alpn=\"h2\" port={home.Web.TlsUrl!.Port} ipv4hint=127.0.0.1 dohpath=\"/dns-query{{?dns}}\"",
        ];
        (await AskAsync()).Answer.Should().Equal(told);
        var (certificate, key) = (await File.ReadAllBytesAsync(home.Certificates.CertificatePath), await File.ReadAllBytesAsync(home.Certificates.KeyPath));

        var own = SelfSigned.ForServer("own", ["cloud.home"], [System.Net.IPAddress.Loopback], DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(home.Certificates.CertificatePath, own.Certificate, Encoding.ASCII);
        await File.WriteAllTextAsync(home.Certificates.KeyPath, own.Key, Encoding.ASCII);
        var nothing = await AskAsync();
        nothing.Answer.Should().BeEmpty();
        nothing.Options.Should().ContainSingle().Which.Should().Contain("certificate is self-signed");

        await File.WriteAllTextAsync(home.Certificates.CertificatePath, "half a certif");
        (await AskAsync()).Answer.Should().BeEmpty("the one from before is shown still");

        await File.WriteAllBytesAsync(home.Certificates.CertificatePath, certificate);
        await File.WriteAllBytesAsync(home.Certificates.KeyPath, key);
        (await AskAsync()).Answer.Should().Equal(told);
    }
}
