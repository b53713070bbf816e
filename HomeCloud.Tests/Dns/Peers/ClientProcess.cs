using System.Diagnostics;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>Runs a client program to its end.</summary>
internal static class ClientProcess
{
    /// <returns>What it wrote, standard error included.</returns>
    public static async Task<string> RunAsync(string file, string arguments, bool mustSucceed = true)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var text = await output + await errors;
        if (mustSucceed)
            process.ExitCode.Should().Be(0, $"{file} {arguments} wrote: {text}");
        return text;
    }
}
