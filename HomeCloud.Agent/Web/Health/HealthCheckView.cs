using HomeCloud.Agent.Doctor;

namespace HomeCloud.Agent.Web.Health;

/// <summary>One check, in the words of <c>homecloud doctor --json</c>.</summary>
/// <param name="Id">Short and stable.</param>
/// <param name="Title">A few words.</param>
/// <param name="Severity">The worst of its findings.</param>
/// <param name="Findings">At least one.</param>
public sealed record HealthCheckView(string Id, string Title, Severity Severity, IReadOnlyList<Finding> Findings)
{
    public static HealthCheckView From(CheckResult result) => new(result.Id, result.Title, result.Worst, result.Findings);
}
