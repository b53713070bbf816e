using System.Diagnostics;
using HomeCloud.Registry;
using HomeCloud.Registry.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Registry.Embedded;

/// <summary>
/// This test assembly, started as a process of its own that writes to an embedded registry until it is killed. It says each
/// revision on its output once the registry promised that it is durable.
/// </summary>
internal static class WriterProcess
{
    private const string Variable = "HOMECLOUD_TEST_WRITES_TO";

    public static Process Start(string directory)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(WriterProcess).Assembly.Location])
        {
            RedirectStandardOutput = true,
            Environment = { [Variable] = directory, ["DOTNET_STARTUP_HOOKS"] = typeof(WriterProcess).Assembly.Location },
        };
        return Process.Start(start)!;
    }

    /// <summary>Never returns in a process that <see cref="Start"/> started.</summary>
    public static void RunWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } directory)
            Task.Run(() => WriteForEverAsync(directory)).GetAwaiter().GetResult();
    }

    private static async Task WriteForEverAsync(string directory)
    {
        await using var registry = new EmbeddedRegistry(new RegistryOptions { DataDirectory = directory }, NullLogger<EmbeddedRegistry>.Instance);
        for (var i = (int)registry.Current.Revision + 1; ; i++)
        {
            var revision = await registry.ReplaceAsync("writer", [.. Records.Many("writer", 40 + (i % 20), i)]);
            Console.WriteLine(revision);
        }
    }
}
