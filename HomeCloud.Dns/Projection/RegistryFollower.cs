using System.Globalization;
using HomeCloud.Dns.Zones;
using HomeCloud.Registry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Projection;

/// <summary>Follows every registry reader of this process and keeps the zones equal to what they say.</summary>
public sealed class RegistryFollower : BackgroundService, IZoneSourceStatus
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(3);

    private readonly ZoneProjection _projection;
    private readonly IRegistryReader[] _readers;
    private readonly TaskCompletionSource[] _loaded;
    private readonly RegistryInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly ILogger<RegistryFollower> _logger;
    private int _waiting;

    public RegistryFollower(ZoneProjection projection, IEnumerable<IRegistryReader> readers, TimeProvider time, ILogger<RegistryFollower> logger)
    {
        _projection = projection;
        _readers = [.. readers];
        _loaded = [.. _readers.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        _instruments = new RegistryInstruments(_readers);
        _waiting = _readers.Length;
        _time = time;
        _logger = logger;
    }

    public bool IsReady => Volatile.Read(ref _waiting) == 0;

    /// <summary>Starts following, and waits a little for first content, so that the first query already finds it.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        try
        {
            await Task.WhenAll(_loaded.Select(loaded => loaded.Task)).WaitAsync(StartPatience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            for (var i = 0; i < _readers.Length; i++)
            {
                if (!_loaded[i].Task.IsCompleted)
                    ProjectionLog.Slow(_logger, NameOf(_readers[i]), StartPatience.TotalSeconds);
            }
        }
    }

    public IEnumerable<string> Describe()
    {
        foreach (var reader in _readers)
        {
            var health = reader.Health;
            if (health.Since == DateTimeOffset.UnixEpoch)
                continue; // never read: no hosts file is configured
            var since = health.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            yield return $"{health.Detail.TrimEnd('.')}: {(health.Connected ? "connected" : "unreachable")} since {since} UTC, {reader.Current.Records.Count} names";
        }
    }

    public override void Dispose()
    {
        _instruments.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, _readers.Length).Select(source => FollowAsync(source, stoppingToken)));

    private async Task FollowAsync(int source, CancellationToken stoppingToken)
    {
        var reader = _readers[source];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Applying is work for the pool, not for the registry's writer.
                await Task.Yield();
                await foreach (var update in reader.WatchAsync(stoppingToken))
                    Apply(source, update);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                ProjectionLog.Failed(_logger, exception, NameOf(reader), RetryAfter.TotalSeconds);
            }

            await Task.Delay(RetryAfter, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Apply(int source, RegistryUpdate update)
    {
        var changed = _projection.Apply(source, update);
        var name = NameOf(_readers[source]);
        if (_loaded[source].TrySetResult())
        {
            Interlocked.Decrement(ref _waiting);
            ProjectionLog.Loaded(_logger, update.Snapshot.Records.Count, name);
        }
        else if (changed > 0)
        {
            ProjectionLog.Changed(_logger, changed, update.Snapshot.Revision, name);
        }
    }

    private static string NameOf(IRegistryReader reader) => reader.Health.Detail.TrimEnd('.');
}

internal static partial class ProjectionLog
{
    [LoggerMessage(LogLevel.Information, "{Names} names loaded: {Source}")]
    public static partial void Loaded(ILogger logger, int names, string source);

    [LoggerMessage(LogLevel.Debug, "{Changed} names changed with revision {Revision}: {Source}")]
    public static partial void Changed(ILogger logger, int changed, long revision, string source);

    [LoggerMessage(LogLevel.Error, "Following the names failed ({Source}); names stay as they are, retrying in {Seconds} s")]
    public static partial void Failed(ILogger logger, Exception exception, string source, double seconds);

    [LoggerMessage(LogLevel.Warning, "No names after {Seconds} s ({Source}); answering for other names meanwhile, and SERVFAIL for unknown ones of ours")]
    public static partial void Slow(ILogger logger, string source, double seconds);
}
