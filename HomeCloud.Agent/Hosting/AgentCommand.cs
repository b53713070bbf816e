using System.CommandLine;
using System.CommandLine.Help;
using HomeCloud.Commands;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Hosting.Systemd;
using HomeCloud.Net.Options;

namespace HomeCloud.Agent.Hosting;

/// <summary>The executable <c>homecloud-agent</c>: reads its options, runs until told to stop. Problems are one line each on standard error; exit code 2 for wrong options, else 1.</summary>
public static class AgentCommand
{
    internal const string Name = "homecloud-agent";

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (await ToolCommands.TryRunAsync(arguments) is { } toolCode)
            return toolCode;

        using var hangUp = new HangUpSignal();
        var reader = new AgentOptionReader();
        var configuration = new Option<string?>("--config", "-c") { HelpName = "FILE", Description = "JSON file with any of these options (example: { \"network\": [\"lan\"] })." };
        var command = new RootCommand(
            "The agent of HomeCloud: follows a Docker engine and, without --redis, answers DNS for it. Each option is also an environment variable (HOMECLOUD_DATA_DIR for --data-dir) and a key of the --config file.");
        command.Options.Add(configuration);
        foreach (var option in reader.CommandLine.Options)
            command.Options.Add(option);
        command.SetAction((result, _) =>
        {
            var file = result.GetValue(configuration);
            var given = reader.CommandLine.Read(result);
            var problems = reader.Read(given, file, Environment.GetEnvironmentVariables());
            return problems.Count > 0 ? Task.FromResult(Fail(problems, ExitCodes.Usage)) : AgentHost.RunAsync(reader.Options, new OptionSource(() => ReadAgain(given, file)), hangUp);
        });

        // The program stops by itself: the library would end it after two seconds, with a code that says failure.
        var parsed = command.Parse(arguments);
        var exitCode = parsed.Action is not HelpAction && CommandLineProblems.First(parsed, arguments, Name) is { } problem
            ? Fail(problem)
            : await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        if (exitCode != 0)
            await StartPause.WaitAsync(StartPause.FromEnvironment().Next());
        return exitCode;
    }

    /// <summary>Into options of their own: what the running agent uses is never changed under it.</summary>
    private static (DnsServerOptions Options, IReadOnlyList<string> Problems) ReadAgain(OptionLayer given, string? file)
    {
        var reader = new AgentOptionReader();
        var problems = reader.Read(given, file, Environment.GetEnvironmentVariables());
        return (reader.Options.Dns, problems);
    }

    private static int Fail(CommandError problem)
    {
        Console.Error.WriteLine(problem.ToText(Name));
        return problem.ExitCode;
    }

    internal static int Fail(IEnumerable<string> problems, int exitCode = ExitCodes.Failure)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine($"{Name}: {problem.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
