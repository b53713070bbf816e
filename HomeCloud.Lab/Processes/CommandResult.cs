using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Processes;

/// <param name="CommandLine">What was run, for messages.</param>
/// <param name="ExitCode">As the shell reports it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Elapsed">From start to exit.</param>
public sealed record CommandResult(string CommandLine, int ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Both streams, standard output first, without surrounding white space.</summary>
    public string Text => (Output + Error).Trim();

    /// <exception cref="LabException">The command failed.</exception>
    public CommandResult OrFail()
    {
        if (!Succeeded)
            throw new LabException($"`{CommandLine}` exited with {ExitCode}: {Text}");
        return this;
    }
}
