namespace HomeCloud.Lab.Setting;

/// <summary>The lab cannot be made or used; the message is one for a person and names the fix where there is one.</summary>
public sealed class LabException : Exception
{
    public LabException(string message)
        : base(message)
    {
    }

    public LabException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public LabException()
    {
    }

    /// <summary>A program did not end in time, and was killed.</summary>
    public bool TimedOut { get; init; }
}
