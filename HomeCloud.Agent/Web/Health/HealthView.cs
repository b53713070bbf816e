using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Health;

/// <summary>An examination by the doctor, the running one or the last, in its reader's language.</summary>
/// <param name="Running">More checks are to come.</param>
/// <param name="StartedAt">Null when there was none since the agent started.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Total">How many checks there are.</param>
/// <param name="Note">What to know of where the doctor stands.</param>
/// <param name="Checks">Those done, in their order.</param>
/// <param name="Alarms">What the agent knows to be broken without an examination.</param>
public sealed record HealthView(
    bool Running, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int Total, string? Note, IReadOnlyList<HealthCheckView> Checks, IReadOnlyList<AlarmView> Alarms)
{
    public static HealthView From(HealthState state, Catalogue catalogue) => new(
        state.Running, state.StartedAt, state.EndedAt, state.Total, state.Note?.In(catalogue), [.. state.Checks.Select(check => HealthCheckView.From(check, catalogue))],
        [.. state.Alarms.Select(alarm => new AlarmView(alarm.Id, alarm.Title.In(catalogue), alarm.Trouble.Text.In(catalogue)))]);
}

/// <summary>One check, with the fields of <c>homecloud doctor --json</c>.</summary>
/// <param name="Id">Short and stable.</param>
/// <param name="Title">A few words.</param>
/// <param name="Severity">The worst of its findings.</param>
/// <param name="Findings">At least one.</param>
public sealed record HealthCheckView(string Id, string Title, Severity Severity, IReadOnlyList<FindingView> Findings)
{
    public static HealthCheckView From(CheckResult result, Catalogue catalogue) =>
        new(result.Id, result.Title.In(catalogue), result.Worst, [.. result.Findings.Select(finding => finding.In(catalogue))]);
}

/// <summary>Something that has been broken for more than a moment.</summary>
/// <param name="Id">Short and stable; that of the doctor's check of the same thing, where there is one.</param>
/// <param name="Title">A few words.</param>
/// <param name="Message">What is wrong.</param>
public sealed record AlarmView(string Id, string Title, string Message);
