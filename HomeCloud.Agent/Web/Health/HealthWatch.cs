using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Health;

/// <summary>Runs the doctor daily, and sends a notification when a problem begins or ends.</summary>
public sealed partial class HealthWatch(HealthDesk desk, INotifier notifier, AlarmWatch alarms, WebOptions options, TimeProvider time, ILogger<HealthWatch> logger) : BackgroundService
{
    /// <summary>After a start, engine and network are given time to be there.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private readonly Catalogue _texts = AnswerLanguage.Texts(options.NotifyLanguage);
    private string[] _known = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        desk.Ended += Judge;
        using var timer = new PeriodicTimer(First, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            timer.Period = Interval;
            desk.Begin();
        }
    }

    /// <summary>Also after an examination that a person began: what it finds is as true.</summary>
    private void Judge(HealthState state)
    {
        // An alarm has told of it already.
        string[] problems = [.. state.Checks.Where(check => check.Worst == Severity.Problem && !alarms.Told.Contains(check.Id)).Select(check => check.Id)];
        var begun = state.Checks.Where(check => problems.Contains(check.Id) && !_known.Contains(check.Id)).ToList();
        var ended = _known.Where(id => state.Checks.Any(check => check.Id == id) && !problems.Contains(id) && !alarms.Told.Contains(id)).ToList();
        _known = problems;
        if (begun.Count > 0)
            LogProblems(string.Join(", ", begun.Select(check => check.Id)));

        var lines = begun.SelectMany(check => check.Findings.Where(finding => finding.Severity == Severity.Problem).Select(finding => $"{check.Title.In(_texts)}: {finding.In(_texts).Message}"))
            .Concat(ended.Select(id => $"{state.Checks.First(check => check.Id == id).Title.In(_texts)}: {Notice.WorksAgain.In(_texts)}"))
            .ToList();
        if (lines.Count > 0)
            _ = notifier.SendAsync(Notice.Title(begun.Count > 0).In(_texts), lines);
    }

    public override void Dispose()
    {
        desk.Ended -= Judge;
        base.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "Health: problems found: {Checks}; see Health on the page, or run: homecloud doctor")]
    private partial void LogProblems(string checks);
}
