using System.Collections.Immutable;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Health;

/// <summary>
/// Tells of what breaks within minutes, without the doctor: once when it has been broken for a minute, so that a restart is no
/// news, and once when it has been well again for a minute. The page shows what lasts.
/// </summary>
public sealed partial class AlarmWatch(AlarmSources sources, HealthDesk desk, INotifier notifier, WebOptions options, TimeProvider time, ILogger<AlarmWatch> logger) : BackgroundService
{
    /// <summary>How long a state must hold until it is told.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);
    private readonly Catalogue _texts = AnswerLanguage.Texts(options.NotifyLanguage);
    private readonly Dictionary<string, long> _looked = [];
    private readonly Dictionary<(string Id, string Subject), State> _states = [];
    private volatile ImmutableList<RaisedAlarm> _told = [];

    /// <summary>What was told and has not ended, by <see cref="AlarmSource.Id"/>.</summary>
    public ImmutableHashSet<string> Told => [.. _told.Select(alarm => alarm.Id)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var source in sources.All)
        {
            if (_looked.TryGetValue(source.Id, out var looked) && time.GetElapsedTime(looked) < source.Every)
                continue;

            try
            {
                _looked[source.Id] = time.GetTimestamp();
                await JudgeAsync(source, await source.LookAsync(cancellationToken));
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogUnseen(source.Id, exception.Message);
            }
        }
    }

    private async Task JudgeAsync(AlarmSource source, IReadOnlyList<Trouble> troubles)
    {
        foreach (var subject in troubles.Select(trouble => trouble.Subject).Concat(_states.Keys.Where(key => key.Id == source.Id).Select(key => key.Subject)).Distinct().ToList())
            await JudgeAsync(source, subject, troubles.FirstOrDefault(trouble => trouble.Subject == subject));
    }

    private async Task JudgeAsync(AlarmSource source, string subject, Trouble? trouble)
    {
        var key = (source.Id, subject);
        var broken = trouble is not null;
        if (!_states.TryGetValue(key, out var state) || state.IsBroken != broken)
            _states[key] = state = new State(broken, time.GetTimestamp());

        // What is looked at seldom has been seen twice.
        if (time.GetElapsedTime(state.Since) < Patience)
            return;

        var told = _told.Find(alarm => alarm.Id == source.Id && alarm.Trouble.Subject == subject);
        if (!broken)
            _states.Remove(key);
        if (broken == told is not null)
            return;

        _told = told is null ? _told.Add(new RaisedAlarm(source.Id, source.Title, trouble!)) : _told.Remove(told);
        desk.Show(_told);
        if (broken)
            LogBroken(source.Title.ToString(), trouble!.Text.ToString());
        await notifier.SendAsync(Notice.Title(broken).In(_texts), [$"{source.Title.In(_texts)}: {(trouble?.Text ?? source.Ended(subject)).In(_texts)}"]);
    }

    private sealed record State(bool IsBroken, long Since);

    [LoggerMessage(LogLevel.Warning, "Health: {Title}: {Problem}")]
    private partial void LogBroken(string title, string problem);

    [LoggerMessage(LogLevel.Warning, "Health: {Source} could not be looked at: {Reason}")]
    private partial void LogUnseen(string source, string reason);
}
