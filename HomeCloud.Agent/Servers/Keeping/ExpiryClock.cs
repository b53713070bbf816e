using System.Collections.Concurrent;
using System.Globalization;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Keeping;

/// <summary>
/// Removes servers whose time is over, as <c>rm</c> does: with their own signal and time to stop. Their volumes stay. The time is a
/// label of the container, so it needs no file of ours.
/// </summary>
public sealed partial class ExpiryClock(IServerEngine engine, ServerKeeper keeper, TimeProvider time, ILogger<ExpiryClock> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, byte> _leaving = new(StringComparer.Ordinal);

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
        {
            return [];
        }

        var over = all.Value.Where(c => ExpiresAt(c) is { } at && at <= time.GetUtcNow() && _leaving.TryAdd(c.Id, 0)).ToList();
        return [.. (await Task.WhenAll(over.Select(c => ExpireAsync(c, cancellationToken)))).OfType<string>()];
    }

    /// <returns>Its name; null when it could not be removed, and is tried again in the next round.</returns>
    private async Task<string?> ExpireAsync(EngineContainer container, CancellationToken cancellationToken)
    {
        try
        {
            if (await keeper.ExpireAsync(container, cancellationToken) is not { } problem)
            {
                return container.Name;
            }

            LogKept(container.Name, problem.Message);
            return null;
        }
        finally
        {
            _leaving.TryRemove(container.Id, out _);
        }
    }

    /// <summary>Only our own servers can expire: a label that an image handed on is not among a container's (<see cref="Agent.Naming.OwnLabels"/>), and removes nothing.</summary>
    public static DateTimeOffset? ExpiresAt(EngineContainer container) =>
        container.Labels.ContainsKey(Labels.Server)
        && container.Labels.TryGetValue(Labels.Expires, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} has expired and could not be removed: {Reason}")]
    private partial void LogKept(string server, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking for expired servers failed")]
    private partial void LogFailed(Exception exception);
}
