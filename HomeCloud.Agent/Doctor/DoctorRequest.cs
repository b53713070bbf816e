namespace HomeCloud.Agent.Doctor;

/// <summary>How the findings shall be given.</summary>
public sealed class DoctorRequest
{
    public bool Json { get; set; }

    /// <summary>Only name the checks.</summary>
    public bool List { get; set; }

    /// <summary>Ids of the checks to run; empty: all.</summary>
    public IReadOnlyList<string> Only { get; set; } = [];
}
