using System.CommandLine;
using System.CommandLine.Invocation;

namespace HomeCloud.Cli.Commands.Tools;

/// <summary>Our help, or that of the tool which a command stands for.</summary>
internal sealed class ToolHelp(SynchronousCommandLineAction ours) : AsynchronousCommandLineAction
{
    public override Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default) =>
        parseResult.CommandResult.Command is AgentTool tool ? tool.RunAsync(parseResult, cancellationToken) : Task.FromResult(ours.Invoke(parseResult));
}
