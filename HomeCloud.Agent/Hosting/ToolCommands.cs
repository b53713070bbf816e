using System.CommandLine;
using System.CommandLine.Help;
using HomeCloud.Agent.Backup;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.NetworkSetup;
using HomeCloud.Agent.Web;
using HomeCloud.Commands;
using HomeCloud.Dns.Hosting.Control;

namespace HomeCloud.Agent.Hosting;

/// <summary>
/// What the agent's executable does besides being the agent: <c>doctor</c>, <c>network</c>, <c>backup</c>, <c>restore</c>, <c>probe</c>, <c>cache</c>. The command line runs
/// these as a process, because they must work while no agent does, and it may not refer to the agent's code.
/// </summary>
internal static class ToolCommands
{
    /// <summary>By which users know them.</summary>
    private const string Program = "homecloud";

    /// <returns>The exit code, or null when the arguments ask for the agent itself.</returns>
    public static async Task<int?> TryRunAsync(string[] arguments) => arguments switch
    {
        [HealthProbe.Command, ..] => HealthProbe.Run(arguments),
        [CacheCommand.Command, ..] => await CacheCommand.RunAsync(arguments, AgentCommand.Name),
        [BlockCommand.Command, ..] => await BlockCommand.RunAsync(arguments, AgentCommand.Name),
        [RecordsCommand.Command, ..] => await RecordsCommand.RunAsync(arguments, AgentCommand.Name),
        [ReloadCommand.Command, ..] => await ReloadCommand.RunAsync(arguments, AgentCommand.Name),
        ["doctor" or "network" or "backup" or "restore", ..] => await RunAsync(
            arguments,
            new ToolConsole(Environment.GetEnvironmentVariables(), Console.Out, Console.Error, Console.ReadLine) { Colours = !Console.IsOutputRedirected }),
        [var suggest, var line] when suggest.StartsWith("[suggest:", StringComparison.Ordinal) && int.TryParse(suggest.AsSpan(9, suggest.Length - 10), out var position) =>
            Suggest(line, position, Console.Out),
        _ => null,
    };

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, ToolConsole console)
    {
        // The library ends it by Ctrl-C, and waits for what it leaves tidy.
        var invocation = new InvocationConfiguration
        {
            ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
            EnableDefaultExceptionHandler = false,
            Output = console.Output,
            Error = console.Error,
        };
        var parsed = Create(console).Parse(arguments);
        try
        {
            if (parsed.Action is not (HelpAction or TranslatedHelpAction) && CommandLineProblems.First(parsed, arguments, Program) is { } problem)
                throw new UserErrorException(problem);
            return await parsed.InvokeAsync(invocation);
        }
        catch (UserErrorException problem)
        {
            if (JsonRequest.IsIn(arguments))
                await console.Output.WriteLineAsync(problem.Error.ToJson());
            else
                await console.Error.WriteLineAsync(problem.Error.ToText(Program, AnswerLanguage.Of(console.Variables)));
            return problem.Error.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>What the tab key shows behind <c>homecloud doctor</c>: the command line asks here, as it does not know these options.</summary>
    internal static int Suggest(string line, int position, TextWriter output)
    {
        var console = new ToolConsole(new Dictionary<string, string>(), TextWriter.Null, TextWriter.Null, () => null);
        foreach (var item in Create(console).Parse(line).GetCompletions(position))
            output.WriteLine(item.Label);
        return ExitCodes.Success;
    }

    internal static Command Create(ToolConsole console)
    {
        // Not a root command, which would go by the name of the executable.
        var root = new Command(Program, "Tools of HomeCloud that work while no agent runs.") { Doctor(console), Network(console), Backup(console, restores: false), Backup(console, restores: true) };
        var help = new HelpOption("--help", "-h") { Recursive = true };
        if (AnswerLanguage.Of(console.Variables) is { Language: not "en" } texts)
            help.Action = new TranslatedHelpAction((HelpAction)help.Action!, texts);
        root.Options.Add(help);
        return root;
    }

    private static ToolCommand<DoctorRequest> Doctor(ToolConsole console) => new(
        "doctor",
        "Look for every known trap on this machine and its LAN, and print how to lift it. It changes nothing. Exit code 1 means that something does not work.",
        DoctorRequest.Rows,
        DoctorRequest.SharedRows,
        console,
        _ => new DoctorRequest(),
        request => request.Validate(),
        (request, cancellationToken) => DoctorCommand.RunAsync(request, Docker(console), console.Output, console.Colours, AnswerLanguage.Of(console.Variables), cancellationToken));

    private static Command Network(ToolConsole console) => new("network", "The Docker network that is bridged to the LAN.")
    {
        new ToolCommand<NetworkRequest>(
            "create",
            "Look at this machine and its LAN, propose a network that collides with nothing, explain it, ask, and create it in Docker.",
            NetworkRequest.Rows,
            [],
            console,
            _ => new NetworkRequest(),
            _ => [],
            async (request, cancellationToken) =>
            {
                using var engine = new EngineClient(Docker(console));
                return await new NetworkCommand(engine, new LanReader(), new DhcpProbe(), new AddressScan(TimeProvider.System), console.Output, console.Error, console.ReadLine)
                    .RunAsync(request, cancellationToken);
            }),
    };

    private static ToolCommand<BackupRequest> Backup(ToolConsole console, bool restores)
    {
        var file = new Argument<string>("FILE") { Description = $"The backup; - is standard {(restores ? "input" : "output")}" };
        var command = new ToolCommand<BackupRequest>(
            restores ? "restore" : "backup",
            restores
                ? "Restore names, addresses, history, keys and settings from a backup while no agent runs: all of it or nothing, even when the power fails."
                : "Save names, addresses, history, keys and settings in one file; with --with-volumes, the servers' data too. It ends with what is not in it.",
            BackupRequest.Rows,
            BackupRequest.SharedRows,
            console,
            parse => new BackupRequest { Restores = restores, File = parse.GetRequiredValue(file) },
            request => request.Validate(),
            (request, cancellationToken) => BackupCommand.RunAsync(request, () => new EngineVolumes(new EngineClient(Docker(console))), console.Output, console.Error, cancellationToken));
        command.Arguments.Add(file);
        return command;
    }

    private static DockerOptions Docker(ToolConsole console)
    {
        var options = new DockerOptions();
        options.ApplyEnvironment(name => console.Variables[name] as string);
        return options;
    }
}
