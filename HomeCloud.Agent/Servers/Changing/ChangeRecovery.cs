using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net;

namespace HomeCloud.Agent.Servers.Changing;

/// <summary>Ends the changes that a crash of the agent or the engine left open, as soon as the engine is there; and forgets what was set of containers that are gone.</summary>
internal sealed partial class ChangeRecovery(
    IServerEngine engine, ChangeBook changes, Exchange exchange, ServerChanger changer, SettingsBook settings, TimeProvider time, ILogger<ChangeRecovery> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(20);
    private volatile TaskCompletionSource _changed = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var following = Task.Run(() => FollowAsync(stoppingToken), CancellationToken.None);
        var backoff = new Backoff(Retry, LongestRetry);
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken before it is read: a change in between is seen again.
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _changed = changed;
            await SweepAsync();

            // A start that fails makes events of its own: they must not bring the next attempt at once.
            if (!changes.Open.IsEmpty)
            {
                await Task.Delay(backoff.Next(), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            backoff.Reset();
            await changed.Task.WaitAsync(Timeout.InfiniteTimeSpan, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await following;
    }

    /// <summary>Ends what nobody is at.</summary>
    internal async Task SweepAsync()
    {
        foreach (var name in changes.Open.Keys.Where(name => !changer.IsChanging(name)))
            await EndAsync(name);
    }

    private async Task EndAsync(string name)
    {
        try
        {
            if (await exchange.TakeBackAsync(name, keepsNew: true) is not { } problem)
                LogEnded(name);
            else if (changes.Stuck(name, problem))
                LogOpen(name, problem.Message.ToString());
        }
        catch (Exception exception)
        {
            LogOpen(name, exception.Message);
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in engine.WatchAsync(stoppingToken))
                {
                    if (!settings.ById.IsEmpty && engine.Known.IsSuccess && await engine.AsideAsync(stoppingToken) is { IsSuccess: true } aside)
                        settings.KeepOnly(engine.Known.Value!.Concat(aside.Value).Select(container => container.Id));
                    _changed.TrySetResult();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception)
            {
                LogOpen("settings", exception.Message);
            }

            await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Server {Server}: an interrupted change could not be ended yet: {Reason}")]
    private partial void LogOpen(string server, string reason);

    [LoggerMessage(LogLevel.Information, "Server {Server}: an interrupted change was ended")]
    private partial void LogEnded(string server);
}
