using HomeCloud.Registry.Embedded;
using HomeCloud.Registry.Redis;
using HomeCloud.Registry.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Composition;

/// <summary>
/// Static names have no agent that would write them again. When a home changes from the embedded registry to Redis, or back, they
/// are taken along: from the file that the other registry left in the data directory, once. What the new registry has already, stays.
/// </summary>
public sealed partial class StaticNameMove : BackgroundService
{
    private const string Moving = ".moving";
    private const string Moved = ".moved";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly IRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private StaticNameMove(string path, IRegistry registry, TimeProvider time, ILogger logger) => (_path, _registry, _time, _logger) = (path, registry, time, logger);

    /// <summary>Looks whether there is something to move. To be called before the registry is made, because the registry makes a file of its own.</summary>
    /// <param name="options">Of the registry.</param>
    /// <returns>What makes the move; null when there is nothing to move.</returns>
    public static Func<IRegistry, TimeProvider, ILogger<StaticNameMove>, StaticNameMove>? Find(RegistryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FileName is not null)
            return null;
        var embedded = Path.Combine(options.DataDirectory, EmbeddedRegistry.DefaultFileName);
        var copy = Path.Combine(options.DataDirectory, RedisRegistry.DefaultFileName);
        var (own, other) = options.UsesRedis ? (copy, embedded) : (embedded, copy);
        var moving = other + Moving;
        try
        {
            // The home comes back from a registry that its names never reached.
            if (!File.Exists(own) && File.Exists(own + Moving))
                File.Move(own + Moving, own);

            // Renamed first: the registry's own file is there from now on, also if this process is killed before the move.
            if (!File.Exists(own) && File.Exists(other))
                File.Move(other, moving, overwrite: true);
            return File.Exists(moving) ? (registry, time, logger) => new StaticNameMove(moving, registry, time, logger) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The registry itself will say that its directory cannot be written.
            return null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var names = new SnapshotFile(_path, _time, _logger).Load().Snapshot.Records.Values.Where(record => record.Owner == WellKnownOwners.Static).ToList();
        try
        {
            while (!await TryMoveAsync(names, stoppingToken).ConfigureAwait(false))
                await Task.Delay(Retry, _time, stoppingToken).ConfigureAwait(false);
            // One that cannot be read was set aside.
            if (!File.Exists(_path))
                return;
            var done = _path[..^Moving.Length] + Moved;
            File.Move(_path, done, overwrite: true);
            LogMoved(names.Count, done);
        }
        catch (OperationCanceledException)
        {
            // The host stops; the next start goes on.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogStays(_path, exception.Message);
        }
    }

    private async Task<bool> TryMoveAsync(List<NameRecord> names, CancellationToken cancellationToken)
    {
        // The first update comes when the registry knows what it has.
        await foreach (var update in _registry.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            var missing = names.Where(record => !update.Snapshot.Records.ContainsKey(record.Key)).Select(RecordChange.Put).ToList();
            if (missing.Count == 0)
                return true;
            try
            {
                await _registry.ApplyAsync(WellKnownOwners.Static, missing, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (RegistryUnavailableException problem)
            {
                LogWaiting(missing.Count, problem.Message);
                return false;
            }
        }

        return false;
    }

    [LoggerMessage(LogLevel.Information, "Registry: {Count} static names of the registry that this home used before are there; its file is now {Path}")]
    private partial void LogMoved(int count, string path);

    [LoggerMessage(LogLevel.Warning, "Registry: {Count} static names of the registry that this home used before wait to be moved: {Reason}")]
    private partial void LogWaiting(int count, string reason);

    [LoggerMessage(LogLevel.Warning, "Registry: {Path} was moved but could not be renamed: {Reason}")]
    private partial void LogStays(string path, string reason);
}
