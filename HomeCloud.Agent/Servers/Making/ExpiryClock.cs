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
/// It sleeps until the first time that ends, and without one until the engine changes: what is known is read, and the engine is
/// asked only when a time is over.
/// </remarks>
public sealed partial class ExpiryClock(IServerEngine engine, ServerKeeper keeper, TimeProvider time, ILogger<ExpiryClock> logger) : BackgroundService
{
    /// <summary>After a sweep: what could not be removed is tried again.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    /// <summary>The time of day may be set meanwhile.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    /// <summary>A burst of changes is read once, after DNS had the processors.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, byte> _leaving = new(StringComparer.Ordinal);

    // Sweeps overlap: one that waits for a slow stop keeps no other one.
    private readonly Lock _looking = new();

    private volatile TaskCompletionSource _changed = new();

    // Timestamps at which the time of those that came while we looked is over; null for those that were there before.
    private Dictionary<string, (DateTimeOffset At, long? End)>? _ends;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var following = Task.Run(() => FollowAsync(stoppingToken), CancellationToken.None);
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken before it is read: a change in between is read again.
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _changed = changed;
            var sleep = UntilFirst();
            if (sleep <= TimeSpan.Zero)
            {
                // Not waited for: a server that takes ten minutes to stop keeps no other one.
                _ = SweepSafelyAsync(stoppingToken);
                sleep = Retry;
            }

            await changed.Task.WaitAsync(sleep ?? Timeout.InfiniteTimeSpan, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (changed.Task.IsCompleted)
                await Task.Delay(Settle, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await following;
    }

    /// <returns>How long until the first time is over; null when none ends.</returns>
    private TimeSpan? UntilFirst()
    {
        try
        {
            return engine.Known is { IsSuccess: true } known && Look(known.Value).First is { } first ? first < LongestSleep ? first : LongestSleep : null;
        }
        catch (Exception exception)
        {
            LogFailed(exception);
            return LongestSleep;
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in engine.WatchAsync(stoppingToken))
                    _changed.TrySetResult();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

        var over = Look(all.Value).Over.Where(c => _leaving.TryAdd(c.Id, 0)).ToList();
        return [.. (await Task.WhenAll(over.Select(c => ExpireAsync(c, cancellationToken)))).OfType<string>()];
    }

    /// <returns>Those whose time is over, and how long until the first time ends: null when none does.</returns>
    private (List<ContainerFacts> Over, TimeSpan? First) Look(IReadOnlyList<ContainerFacts> all)
    {
        lock (_looking)
        {
            var (now, timestamp, before, isFirst) = (time.GetUtcNow(), time.GetTimestamp(), _ends ?? [], _ends is null);
            _ends = [];
            var over = new List<ContainerFacts>();
            TimeSpan? first = null;
            foreach (var container in all)
            {
                if (ExpiresAt(container) is not { } at)
                    continue;
                // A time that was set afterwards counts from now, as that of one that comes does.
                var end = before.TryGetValue(container.Id, out var known) && known.At == at ? known.End : isFirst ? null : timestamp + Ticks(Left(container, at, now));
                _ends[container.Id] = (at, end);
                var left = end is { } ends ? time.GetElapsedTime(timestamp, ends) : at - now;
                if (left <= TimeSpan.Zero)
                    over.Add(container);
                if (first is null || left < first)
                    first = left;
            }

            return (over, first);
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

            LogKept(container.Name, problem.Message.ToString());
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
