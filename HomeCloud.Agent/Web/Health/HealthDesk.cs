using HomeCloud.Agent.Servers;

namespace HomeCloud.Agent.Web.Health;

/// <summary>Runs the doctor on request, one examination at a time, and keeps the last. Every open page sees the findings come in.</summary>
public sealed partial class HealthDesk(IHealthExaminer examiner, Feed feed, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<HealthDesk> logger)
{
    public const string EventType = "doctor";
    private readonly Lock _lock = new();
    private HealthState _state = new(false, null, null, examiner.Checks, examiner.Note, [], []);

    /// <summary>After each examination, with what it found, and before the next can begin: nobody hears of two in the wrong order.</summary>
    public event Action<HealthState>? Ended;

    public HealthState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>Begins an examination, unless one runs.</summary>
    public HealthState Begin()
    {
        HealthState begun;
        lock (_lock)
        {
            if (_state.Running)
                return _state;

            begun = _state = new HealthState(true, time.GetUtcNow(), null, examiner.Checks, examiner.Note, [], _state.Alarms);
        }

        feed.Tell(new FeedItem(EventType, begun));
        _ = Task.Run(() => RunAsync(lifetime.ApplicationStopping));
        return begun;
    }

    /// <summary>What the agent knows to be broken by now.</summary>
    public void Show(IReadOnlyList<RaisedAlarm> alarms) => Change(state => state with { Alarms = alarms });

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await examiner.RunAsync(result => Change(state => state with { Checks = [.. state.Checks, result] }), cancellationToken);
        }
        catch (Exception exception)
        {
            LogEnded(exception);
        }

        var endedAt = time.GetUtcNow();
        try
        {
            Ended?.Invoke(State with { Running = false, EndedAt = endedAt });
        }
        finally
        {
            Change(state => state with { Running = false, EndedAt = endedAt });
        }
    }

    private HealthState Change(Func<HealthState, HealthState> change)
    {
        HealthState state;
        lock (_lock)
            state = _state = change(_state);

        feed.Tell(new FeedItem(EventType, state));
        return state;
    }

    [LoggerMessage(LogLevel.Warning, "Doctor: the check ended early")]
    private partial void LogEnded(Exception exception);
}
