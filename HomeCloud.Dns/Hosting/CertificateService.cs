using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Dns.Hosting;

/// <summary>Looks once a minute whether the certificate of DNS over TLS was renewed.</summary>
internal sealed class CertificateService(TlsCertificate certificate, DnsServerOptions options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Listen.TlsAddresses.Count == 0)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                certificate.LookAgain();
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
