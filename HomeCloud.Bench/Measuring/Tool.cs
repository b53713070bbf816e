using System.Diagnostics;

namespace HomeCloud.Bench.Measuring;

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    private static readonly string[] Directories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Full path of a program; null when it is not installed.</summary>
    public static string? Find(string program) => program.Contains('/', StringComparison.Ordinal)
        ? (File.Exists(program) ? program : null)
        : Directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    /// <summary>Everything it printed; empty when it could not be started.</summary>
    public static string Run(string program, params string[] arguments)
    {
        if (Find(program) is not { } path)
            return "";

        using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }
}
