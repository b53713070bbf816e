using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Health;

/// <summary>An examination by the doctor, the running one or the last, before it is told in a reader's language: see <see cref="HealthView"/>.</summary>
/// <param name="Running">More checks are to come.</param>
/// <param name="StartedAt">Null when there was none since the agent started.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Total">How many checks there are.</param>
/// <param name="Note">What to know of where the doctor stands.</param>
/// <param name="Checks">Those done, in their order.</param>
/// <param name="Alarms">What the agent knows to be broken without an examination.</param>
public sealed record HealthState(
    bool Running, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int Total, Phrase? Note, IReadOnlyList<CheckResult> Checks, IReadOnlyList<RaisedAlarm> Alarms);
