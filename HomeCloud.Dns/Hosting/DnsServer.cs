using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting;

/// <summary>Opens the listeners once the names are known, and closes them first at a stop. Where to listen and who may ask follow the network.</summary>
internal sealed partial class DnsServer(
    DnsServerOptions options, DnsTransport transport, OwnNetworks networks, NetworkWatch network, TlsCertificate certificate, ILogger<DnsServer> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in options.Serving.Access.Warnings())
            Warn(logger, warning);
        transport.Start(options.Listen.TlsAddresses.Count == 0 ? null : certificate.Load());
        network.Changed += networks.Follow;
        network.Changed += transport.Follow;
        network.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        network.Dispose();
        return transport.StopAsync();
    }

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private static partial void Warn(ILogger logger, string warning);
}
