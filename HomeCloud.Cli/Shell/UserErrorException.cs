namespace HomeCloud.Cli.Shell;

/// <summary>Something the user can set right. Printed as one line, without a stack trace, and ends the process with <see cref="ExitCode"/>.</summary>
internal sealed class UserErrorException : Exception
{
    public UserErrorException(string message, int exitCode)
        : base(message) => ExitCode = exitCode;

    public UserErrorException(string message)
        : base(message)
    {
    }

    public UserErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public UserErrorException()
    {
    }

    public int ExitCode { get; } = ExitCodes.Failure;
}
