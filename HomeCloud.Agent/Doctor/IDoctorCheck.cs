namespace HomeCloud.Agent.Doctor;

/// <summary>Looks for one trap. Changes nothing on the machine or the network.</summary>
public interface IDoctorCheck
{
    /// <summary>Short, stable, for scripts: <c>parent</c>.</summary>
    string Id { get; }

    /// <summary>For a person, a few words.</summary>
    string Title { get; }

    Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken);
}
