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
using HomeCloud.Cli.Shell;

namespace HomeCloud.Cli;

/// <summary>The table of commands: one line each, one file each under <c>Commands/</c>.</summary>
internal static class CommandLine
{
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
            help.Action = new ToolHelp((SynchronousCommandLineAction)help.Action!);
        }

        root.Add(CreateCommand.Create());
        root.Add(ListCommand.Create());
        root.Add(ShowCommand.Create());
        root.Add(LogsCommand.Create());
        foreach (var command in StateCommands.Create())
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
        root.Add(new AgentTool("backup", "backup FILE: save names, addresses, history, keys and settings in one file."));
        root.Add(new AgentTool("restore", "restore FILE: restore a backup while no agent runs."));
        foreach (var command in InstallCommands.Create())
            root.Add(command);
        root.Add(new AgentTool("network", "network create: propose and create the Docker network that is bridged to the LAN."));
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        // No forced exit after Ctrl-C: taking a lab down properly may take longer than the default of two seconds.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan, EnableDefaultExceptionHandler = false };
        try
        {
            Terminal.Prepare();
            var parse = Create().Parse(args);
            var code = await parse.InvokeAsync(invocation);
            return parse.Errors.Count > 0 && code == ExitCodes.Failure ? ExitCodes.Usage : code;
        }
        catch (UserErrorException error)
        {
            await Console.Error.WriteLineAsync("homecloud: " + Show.PlainLines(error.Message));
            return error.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }
}
