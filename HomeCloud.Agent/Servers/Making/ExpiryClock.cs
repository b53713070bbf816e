using System.Collections.Concurrent;
using System.Globalization;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// Removes servers whose time is over, as <c>rm</c> does: with their own signal and time to stop. Their volumes stay. The time is a
/// label of the container, so it needs no file of ours.
/// </summary>
/// <remarks>
/// A container that is created while this clock runs lives as long as was asked for, even if the time of day is set meanwhile: NTP
/// sets the clock of a board without its own minutes after the start. For a container that was there before, only the label counts.
/// </remarks>
public sealed partial class ExpiryClock(IServerEngine engine, ServerKeeper keeper, TimeProvider time, ILogger<ExpiryClock> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, byte> _leaving = new(StringComparer.Ordinal);

    // Sweeps overlap: one that waits for a slow stop keeps no other one.
    private readonly Lock _looking = new();

    // Timestamps at which the time of those that came while we looked is over; null for those that were there before.
    private Dictionary<string, long?>? _ends;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Not waited for: a server that takes ten minutes to stop keeps no other one.
            _ = SweepSafelyAsync(stoppingToken);
        }
    }

    private async Task SweepSafelyAsync(CancellationToken stoppingToken)
    {
        try
        {
            await SweepAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailed(exception);
        }
    }

    /// <returns>The names removed.</returns>
    internal async Task<IReadOnlyList<string>> SweepAsync(CancellationToken cancellationToken)
    {
        var all = await engine.ListAsync(cancellationToken);
        if (!all.IsSuccess)
            return [];

        var over = Over(all.Value).Where(c => _leaving.TryAdd(c.Id, 0)).ToList();
        return [.. (await Task.WhenAll(over.Select(c => ExpireAsync(c, cancellationToken)))).OfType<string>()];
    }

    private List<ContainerFacts> Over(IReadOnlyList<ContainerFacts> all)
    {
        lock (_looking)
        {
            var (now, timestamp, before, isFirst) = (time.GetUtcNow(), time.GetTimestamp(), _ends ?? [], _ends is null);
            _ends = [];
            var over = new List<ContainerFacts>();
            foreach (var container in all)
            {
                if (ExpiresAt(container) is not { } at)
                    continue;
                var end = before.TryGetValue(container.Id, out var known) ? known : isFirst ? null : timestamp + Ticks(Left(container, at, now));
                _ends[container.Id] = end;
                if (end is { } ends ? ends <= timestamp : at <= now)
                    over.Add(container);
            }

            return over;
        }
    }

    // Its time may be over at first sight: it was brief, or the clock was set in between.
    private static TimeSpan Left(ContainerFacts container, DateTimeOffset at, DateTimeOffset now) =>
        at > now ? at - now : at > container.Created ? at - container.Created : TimeSpan.Zero;

    private long Ticks(TimeSpan left) => (long)Math.Min(left.TotalSeconds * time.TimestampFrequency, long.MaxValue / 4);

    /// <returns>Its name; null when it could not be removed, and is tried again in the next round.</returns>
    private async Task<string?> ExpireAsync(ContainerFacts container, CancellationToken cancellationToken)
    {
        try
        {
            if (await keeper.ExpireAsync(container, cancellationToken) is not { } problem)
                return container.Name;

            LogKept(container.Name, problem.Message);
            return null;
        }
        finally
        {
            _leaving.TryRemove(container.Id, out _);
        }
    }

    /// <summary>Only our own servers can expire: a label that an image handed on is not among a container's (<see cref="Agent.Naming.OwnLabels"/>), and removes nothing.</summary>
    public static DateTimeOffset? ExpiresAt(ContainerFacts container) =>
        container.Labels.ContainsKey(Labels.Server)
        && container.Labels.TryGetValue(Labels.Expires, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    [LoggerMessage(LogLevel.Warning, "Server {Server}: expired, but could not be removed: {Reason}")]
    private partial void LogKept(string server, string reason);

    [LoggerMessage(LogLevel.Error, "Servers: checking for expired ones failed; internal error; please report it")]
    private partial void LogFailed(Exception exception);
}
