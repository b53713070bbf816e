namespace HomeCloud.Agent.Doctor;

/// <param name="Id">Of the check.</param>
/// <param name="Title">Of the check.</param>
/// <param name="Findings">At least one.</param>
public sealed record CheckResult(string Id, string Title, IReadOnlyList<Finding> Findings)
{
    public Severity Worst => Findings.Max(finding => finding.Severity);
}
