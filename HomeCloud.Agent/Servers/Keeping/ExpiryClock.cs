using System.Globalization;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.History;

namespace HomeCloud.Agent.Servers.Keeping;

/// <summary>Removes servers whose time is over; their volumes stay. The time is a label of the container, so it needs no file of ours.</summary>
public sealed partial class ExpiryClock(IServerEngine engine, ServerKeeper keeper, TimeProvider time, ILogger<ExpiryClock> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    /// <returns>The names removed.</returns>
    internal async Task<IReadOnlyList<string>> SweepAsync(CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        var all = await engine.ListAsync(cancellationToken);
        if (!all.IsSuccess)
        {
            return removed;
        }

        foreach (var container in all.Value.Where(c => ExpiresAt(c) is { } at && at <= time.GetUtcNow()))
        {
            if (await keeper.RemoveAsync(container.Name, withVolumes: false, "homecloud", cancellationToken, HistoryKind.Expired) is { } problem)
            {
                LogKept(container.Name, problem.Message);
            }
            else
            {
                removed.Add(container.Name);
            }
        }

        return removed;
    }

    /// <summary>Only our own servers can expire: a label that somebody else's image carries removes nothing.</summary>
    public static DateTimeOffset? ExpiresAt(EngineContainer container) =>
        container.Labels.ContainsKey(Labels.Server)
        && container.Labels.TryGetValue(Labels.Expires, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} has expired and could not be removed: {Reason}")]
    private partial void LogKept(string server, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking for expired servers failed")]
    private partial void LogFailed(Exception exception);
}
