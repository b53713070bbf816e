using HomeCloud.Net.Localization;

namespace HomeCloud.Commands;

/// <summary>Something the user can set right: it is printed without a stack trace, and ends the command with the error's exit code.</summary>
public sealed class UserErrorException : Exception
{
    public UserErrorException(CommandError error)
        : base(error?.Message.ToString()) => Error = error!;

    /// <param name="message">What is wrong, one sentence.</param>
    /// <param name="fix">What to do about it, one sentence; empty where there is nothing to do.</param>
    /// <param name="exitCode">Of <see cref="ExitCodes"/>.</param>
    public UserErrorException(Phrase message, Phrase fix, int exitCode)
        : this(new CommandError(exitCode, message, fix))
    {
    }

    public UserErrorException(Phrase message)
        : this(message, Phrase.None, ExitCodes.Failure)
    {
    }

    public UserErrorException(string message, Exception innerException)
        : base(message, innerException) => Error = new CommandError(ExitCodes.Failure, message);

    public UserErrorException()
        : this("failed.")
    {
    }

    public CommandError Error { get; }
}
