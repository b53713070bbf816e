using System.Net;
using System.Security.Cryptography;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Listening;
using HomeCloud.Dns.Serving.Designation;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace HomeCloud.Agent.Hosting;

/// <summary>Tells the DNS server of this process where its answers are to be had over HTTPS, and with which certificate: looked at once a minute, as that of DNS over TLS is.</summary>
internal sealed class DohDesignation(DesignatedResolvers designated, CertificateSource certificates, WebOptions options, IServer server, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        do
            LookAgain();
        while (EndPoints().Count > 0 && await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal void LookAgain()
    {
        try
        {
            certificates.LookNext();
            if (EndPoints() is { Count: > 0 } endPoints)
                designated.Offer(new EncryptedService(EncryptedProtocol.Https, endPoints, CertificateClaims.Of(certificates.Get().ServerCertificateContext!.TargetCertificate)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Told when the page started; what was shown before is shown still.
        }
    }

    /// <summary>Where it really listens: a port that was taken is left out.</summary>
    private List<IPEndPoint> EndPoints() =>
    [
        .. from text in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []
           where text.StartsWith("https://", StringComparison.Ordinal)
           from endPoint in ListenAddress.ReadAll([new Uri(text).Authority], WebOptions.HttpsPort)
           where options.Doh || options.ListenHttps.Contains(endPoint)
           select endPoint,
    ];
}
