using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Doctor.Facts;

namespace HomeCloud.Agent.Doctor;

/// <summary>Runs the checks one after the other, so that their probes do not disturb each other. A check that fails is a finding, never the end.</summary>
public sealed class Examination(IReadOnlyList<IDoctorCheck> checks, Patient patient)
{
    /// <param name="progress">Told each result as it comes.</param>
    /// <param name="cancellationToken">Ends the examination between and within checks.</param>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(Action<CheckResult>? progress, CancellationToken cancellationToken)
    {
        List<CheckResult> results = [];
        foreach (var check in checks)
        {
            var result = new CheckResult(check.Id, check.Title, await ExamineAsync(check, cancellationToken));
            progress?.Invoke(result);
            results.Add(result);
        }

        return results;
    }

    private async Task<IReadOnlyList<Finding>> ExamineAsync(IDoctorCheck check, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patient.Options.CheckTimeout);
        try
        {
            return await check.ExamineAsync(patient, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [Finding.Note($"not finished within {patient.Options.CheckTimeout.TotalSeconds:0} s")];
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return [Finding.Note($"could not be checked: {error.Message}")];
        }
    }
}
