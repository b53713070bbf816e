using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Upstreams;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Dns.Resolving;

/// <summary>Looks for loops through each upstream, and for new servers in the host's resolv.conf; remembers those that answer.</summary>
internal sealed class ForwardingMaintenance(Forwarder forwarder, ForwardingOptions options, TimeProvider time) : BackgroundService
{
    private const int TicksBetweenProbes = 30;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        for (var tick = 0; ; tick++)
        {
            var changed = forwarder.Reload();
            if (options.LoopDetection)
                await ProbeAsync(all: changed || tick % TicksBetweenProbes == 0, stoppingToken);
            forwarder.KeepHostServers();
            if (!await timer.WaitForNextTickAsync(stoppingToken))
                return;
        }
    }

    // One found looping is looked at every time: its owner may be correcting the router at this moment.
    private Task ProbeAsync(bool all, CancellationToken stopping) => Task.WhenAll(forwarder.Upstreams
        .Where(upstream => all || upstream.Health.State == UpstreamState.Looping)
        .Select(upstream => forwarder.Loops.ProbeAsync(upstream, stopping))
        .ToArray());
}
