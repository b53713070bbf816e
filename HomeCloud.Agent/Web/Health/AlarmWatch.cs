using System.Collections.Immutable;

namespace HomeCloud.Agent.Web.Health;

/// <summary>
/// Tells of what breaks within minutes, without the doctor: once when it has been broken for a minute, so that a restart is no
/// news, and once when it has been well again for a minute. Without <c>--notify-ntfy</c> and <c>--notify-webhook</c> it does not look.
/// </summary>
public sealed partial class AlarmWatch(AlarmSources sources, INotifier notifier, WebOptions options, TimeProvider time, ILogger<AlarmWatch> logger) : BackgroundService
{
    /// <summary>How long a state must hold until it is told.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);
    private readonly Dictionary<string, State> _states = [];
    private volatile ImmutableHashSet<string> _told = [];

    /// <summary>What was told and has not ended, by <see cref="AlarmSource.Id"/>.</summary>
    public ImmutableHashSet<string> Told => _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.NotifyNtfy.Length + options.NotifyWebhook.Length == 0)
            return;

        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var source in sources.All)
        {
            var state = _states.GetValueOrDefault(source.Id) ?? (_states[source.Id] = new State());
            if (state.Looked is { } looked && time.GetElapsedTime(looked) < source.Every)
                continue;

            try
            {
                state.Looked = time.GetTimestamp();
                await JudgeAsync(source, state, await source.LookAsync(cancellationToken));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogUnseen(source.Id, exception.Message);
            }
        }
    }

    private async Task JudgeAsync(AlarmSource source, State state, string? problem)
    {
        var broken = problem is not null;
        if (broken != state.IsBroken || state.Since is null)
            (state.IsBroken, state.Since) = (broken, time.GetTimestamp());

        // What is looked at seldom has been seen twice.
        if (broken == _told.Contains(source.Id) || time.GetElapsedTime(state.Since.Value) < Patience)
            return;

        _told = broken ? _told.Add(source.Id) : _told.Remove(source.Id);
        if (broken)
            LogBroken(source.Title, problem!);
        await notifier.SendAsync(broken ? "HomeCloud: a problem" : "HomeCloud: a problem has ended", [$"{source.Title}: {(broken ? problem : "works again.")}"]);
    }

    private sealed class State
    {
        public bool IsBroken { get; set; }

        public long? Since { get; set; }

        public long? Looked { get; set; }
    }

    [LoggerMessage(LogLevel.Warning, "Health: {Title}: {Problem}")]
    private partial void LogBroken(string title, string problem);

    [LoggerMessage(LogLevel.Warning, "Health: {Source} could not be looked at: {Reason}")]
    private partial void LogUnseen(string source, string reason);
}
