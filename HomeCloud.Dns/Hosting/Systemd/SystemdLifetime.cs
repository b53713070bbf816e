using HomeCloud.Dns.Telemetry.Health;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Dns.Hosting.Systemd;

/// <summary>
/// Says ready when every check holds, feeds the watchdog only while the server answers a query of its own, and says when it
/// stops. systemd restarts a server that hangs; one that only waits for its registry goes on.
/// </summary>
internal sealed class SystemdLifetime(
    SystemdNotifier notifier,
    SystemdOptions options,
    IHostApplicationLifetime lifetime,
    IEnumerable<IReadinessCheck> checks,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Unsupervised = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly IReadinessCheck[] _checks = [.. checks];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!notifier.IsActive)
            return;
        lifetime.ApplicationStopping.Register(notifier.Stopping);
        try
        {
            // Started means that every hosted service is: the listeners are open.
            var started = new TaskCompletionSource();
            using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stoppingToken);
            await WaitUntilReadyAsync(stoppingToken);
            var interval = options.WatchdogInterval ?? Unsupervised;
            while (true)
            {
                var report = ReadinessReport.Of(_checks);
                notifier.Status(Describe(report));
                if (Answers(report))
                    notifier.Watchdog();
                await Task.Delay(interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    // A home whose Redis is down at boot still gets its resolver: after a while, ready means that it answers.
    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var report = ReadinessReport.Of(_checks);
            if (report.Ready || (Answers(report) && time.GetElapsedTime(started) > Patience))
            {
                notifier.Ready(Describe(report));
                return;
            }

            notifier.Status(Describe(report));
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private static bool Answers(ReadinessReport report) =>
        report.Checks.All(check => check.Key != AnswersCheck.CheckName || check.Value.Ready);

    private static string Describe(ReadinessReport report) =>
        string.Join("; ", report.Checks.Select(check => check.Value.Detail)).ReplaceLineEndings(" ");
}
