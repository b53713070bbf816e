using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Commands;
using HomeCloud.Cli.Commands.Access;
using HomeCloud.Cli.Commands.Install;
using HomeCloud.Cli.Commands.Lab;
using HomeCloud.Cli.Commands.Names;
using HomeCloud.Cli.Commands.Servers;
using HomeCloud.Cli.Commands.Tools;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Localization;

namespace HomeCloud.Cli;

/// <summary>The table of commands: one line each, one file each under <c>Commands/</c>.</summary>
internal static class CommandLine
{
    private static readonly Phrase FirstSteps = """
        A home cloud: type a name, get a server, reach it by that name.

          homecloud create NAME   create a server
          homecloud ls            list the servers
          homecloud ssh NAME      open a shell on one
          homecloud logs NAME     print its log
          homecloud rm NAME       remove it

        All commands: homecloud --help. If something does not work: homecloud doctor
        """;

    public static RootCommand Create()
    {
        var root = new RootCommand("A home cloud: type a name, get a server, reach it by that name.");
        ConnectionOptions.AddTo(root);

        // --help is enough; the shorter ones only fill the list that the tab key shows.
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Aliases.Remove("/?");
            help.Aliases.Remove("/h");
            help.Aliases.Remove("-?");
            help.Action = new ToolHelp((HelpAction)help.Action!);
        }

        root.Add(CreateCommand.Create());
        root.Add(ListCommand.Create());
        root.Add(ShowCommand.Create());
        root.Add(LogsCommand.Create());
        foreach (var command in StateCommands.Create())
            root.Add(command);

        foreach (var command in ChangeCommands.Create())
            root.Add(command);
        root.Add(RemoveCommand.Create());
        root.Add(SshCommand.Create());
        root.Add(OpenCommand.Create());
        root.Add(TemplatesCommand.Create());
        root.Add(NameCommand.Create());
        root.Add(SetupLinkCommand.Create());
        root.Add(TokenCommand.Create());
        root.Add(CompletionCommand.Create());
        root.Add(VersionCommand.Create());
        root.Add(LabCommand.Create());
        root.Add(new AgentTool("doctor", "Check this machine and its LAN for known problems, and print the fixes."));
        root.Add(new AgentTool("block", "block ls|test|add|allow|rm NAME|pause TIME|resume|update: what is blocked and why; block or allow a name; pause."));
        root.Add(new AgentTool("records", "records ls|add|rm: show, add and remove records of any type; nsupdate and certbot bring them too."));
        root.Add(new AgentTool("backup", "backup FILE [--with-volumes]: save names, addresses, history, keys and settings in one file, and the servers' data."));
        root.Add(new AgentTool("restore", "restore FILE [--with-volumes]: restore a backup while no agent runs."));
        foreach (var command in InstallCommands.Create())
            root.Add(command);
        root.Add(new AgentTool("network", "network create: propose and create the Docker network that is bridged to the LAN."));
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        // No forced exit after Ctrl-C: taking a lab down properly may take longer than the default of two seconds.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan, EnableDefaultExceptionHandler = false };
        var json = JsonRequest.IsIn(args);
        try
        {
            Translation.Choose(json);
            Terminal.Prepare();
            if (args.Length == 0)
            {
                Console.Out.WriteLine(Translation.Text(FirstSteps));
                return ExitCodes.Success;
            }

            var parse = Create().Parse(args);
            // Not where help or completion is asked for, which any line may do.
            if ((parse.Action is ParseErrorAction || parse.Action == parse.CommandResult.Command.Action) && CommandLineProblems.First(parse, args, "homecloud") is { } problem)
                throw new UserErrorException(problem);
            return await parse.InvokeAsync(invocation);
        }
        catch (UserErrorException error)
        {
            Show.Error(error.Error, json);
            return error.Error.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }
}
