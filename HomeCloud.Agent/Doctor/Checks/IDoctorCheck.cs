using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Looks for one trap. Changes nothing on the machine or the network.</summary>
public interface IDoctorCheck
{
    /// <summary>Short, stable, for scripts: <c>parent</c>.</summary>
    string Id { get; }

    /// <summary>For a person, a few words.</summary>
    Phrase Title { get; }

    Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken);
}

/// <param name="Id">Of the check.</param>
/// <param name="Title">Of the check.</param>
/// <param name="Findings">At least one.</param>
public sealed record CheckResult(string Id, Phrase Title, IReadOnlyList<Finding> Findings)
{
    public Severity Worst => Findings.Max(finding => finding.Severity);
}

/// <summary>How bad a finding is, in rising order.</summary>
public enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth knowing, or could not be looked at.</summary>
    Note,

    /// <summary>Works, but will cause trouble later.</summary>
    Warning,

    /// <summary>Something does not work because of this.</summary>
    Problem,
}
