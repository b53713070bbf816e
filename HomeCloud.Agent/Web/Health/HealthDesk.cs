using HomeCloud.Agent.Servers;

namespace HomeCloud.Agent.Web.Health;

/// <summary>Runs the doctor on request, one examination at a time, and keeps the last. Every open page sees the findings come in.</summary>
public sealed partial class HealthDesk(IHealthExaminer examiner, Feed feed, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<HealthDesk> logger)
{
    public const string EventType = "doctor";
    private readonly Lock _lock = new();
    private HealthView _view = new(false, null, null, examiner.Checks, examiner.Note, []);

    /// <summary>After each examination, with what it found, and before the next can begin: nobody hears of two in the wrong order.</summary>
    public event Action<HealthView>? Ended;

    public HealthView View
    {
        get
        {
            lock (_lock)
                return _view;
        }
    }

    /// <summary>Begins an examination, unless one runs.</summary>
    public HealthView Begin()
    {
        HealthView begun;
        lock (_lock)
        {
            if (_view.Running)
                return _view;

            begun = _view = new HealthView(true, time.GetUtcNow(), null, examiner.Checks, examiner.Note, []);
        }

        feed.Tell(new FeedItem(EventType, begun));
        _ = Task.Run(() => RunAsync(lifetime.ApplicationStopping));
        return begun;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await examiner.RunAsync(result => Change(view => view with { Checks = [.. view.Checks, HealthCheckView.From(result)] }), cancellationToken);
        }
        catch (Exception exception)
        {
            LogEnded(exception);
        }

        var ended = View with { Running = false, EndedAt = time.GetUtcNow() };
        try
        {
            Ended?.Invoke(ended);
        }
        finally
        {
            Change(_ => ended);
        }
    }

    private HealthView Change(Func<HealthView, HealthView> change)
    {
        HealthView view;
        lock (_lock)
            view = _view = change(_view);

        feed.Tell(new FeedItem(EventType, view));
        return view;
    }

    [LoggerMessage(LogLevel.Warning, "Doctor: the check ended early")]
    private partial void LogEnded(Exception exception);
}
