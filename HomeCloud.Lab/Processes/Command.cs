using System.Diagnostics;
using System.Text;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Processes;

/// <summary>Runs a program to its end and keeps what it printed.</summary>
public static class Command
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <exception cref="LabException">The program does not exist, or ran longer than <paramref name="timeout"/>.</exception>
    public static async Task<CommandResult> RunAsync(
        IReadOnlyList<string> command,
        string? input = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var start = Describe(command);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        var clock = Stopwatch.GetTimestamp();
        using var process = Start(start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout ?? DefaultTimeout);
        var (output, error) = (new StringBuilder(), new StringBuilder());
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, output, limit.Token), ReadAsync(process.StandardError, error, limit.Token));
        try
        {
            await WriteInputAsync(process, input);
            await process.WaitForExitAsync(limit.Token);
            await reading;
            return new(string.Join(' ', command), process.ExitCode, output.ToString(), error.ToString(), Stopwatch.GetElapsedTime(clock));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new LabException($"`{string.Join(' ', command)}` did not end within {(timeout ?? DefaultTimeout).TotalSeconds:0} s; its output so far: {output}{error}") { TimedOut = true };
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a program on the caller's terminal.</summary>
    public static async Task<int> RunOnTerminalAsync(IReadOnlyList<string> command)
    {
        using var process = Start(Describe(command));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    internal static ProcessStartInfo Describe(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false };
        LabEnvironment.Apply(start.Environment);
        return start;
    }

    internal static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new LabException($"{start.FileName} did not start.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new LabException($"{start.FileName}: {error.Message}", error);
        }
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder text, CancellationToken cancellationToken)
    {
        var buffer = new char[4096];
        for (int count; (count = await reader.ReadAsync(buffer, cancellationToken)) > 0;)
            text.Append(buffer, 0, count);
    }

    private static async Task WriteInputAsync(Process process, string? input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input; its exit code tells the rest.
        }
    }
}
