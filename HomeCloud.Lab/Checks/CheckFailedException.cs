namespace HomeCloud.Lab.Checks;

/// <summary>A step of the check did not show what it should; the message says what it showed.</summary>
public sealed class CheckFailedException : Exception
{
    public CheckFailedException(string message)
        : base(message)
    {
    }

    public CheckFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CheckFailedException()
    {
    }
}
