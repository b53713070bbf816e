namespace HomeCloud.Agent.Doctor;

/// <summary>How bad a finding is, in rising order.</summary>
public enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth knowing, or could not be looked at.</summary>
    Note,

    /// <summary>Works, but will hurt somebody some day.</summary>
    Warning,

    /// <summary>Something does not work because of this.</summary>
    Problem,
}
