using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Tools;

/// <summary>
/// Commands that must work while no agent runs, and are the agent's own code all the same: its executable is run as a
/// process, on this terminal, with this environment.
/// </summary>
internal sealed class AgentTool : Command
{
    private const string Executable = "homecloud-agent";
    private const string Project = "HomeCloud.Agent";

    /// <param name="name">First argument for the agent's executable.</param>
    /// <param name="description">For the list of commands; the executable has its own help.</param>
    public AgentTool(string name, string description)
        : base(name, description)
    {
        // Everything behind the name goes through as it is; the executable knows its options.
        TreatUnmatchedTokensAsErrors = false;
        SetAction(RunAsync);
    }

    /// <summary>The executable knows its options.</summary>
    public override IEnumerable<CompletionItem> GetCompletions(CompletionContext context)
    {
        if (context is not TextCompletionContext line)
            return [];

        try
        {
            var start = new ProcessStartInfo(Find(), [$"[suggest:{line.CursorPosition}]", line.CommandLineText]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            FindRuntime(start);
            using var process = Process.Start(start);
            return [.. (process?.StandardOutput.ReadToEnd() ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(word => new CompletionItem(word))];
        }
        catch (Exception exception) when (exception is UserErrorException or Win32Exception)
        {
            return [];
        }
    }

    public Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken) => RunAsync(Passed(parse), cancellationToken);

    /// <summary>
    /// What stands behind the name, also what our own options have taken up; and --json from before the name, which is one of
    /// ours and of the tools.
    /// </summary>
    internal string[] Passed(ParseResult parse)
    {
        string[] behind = [.. parse.Tokens.SkipWhile(token => token.Type != TokenType.Command || token.Value != Name).Select(token => token.Value)];
        return parse.GetValue(ConnectionOptions.Json) && !behind.Contains(ConnectionOptions.Json.Name) ? [.. behind, ConnectionOptions.Json.Name] : behind;
    }

    private static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Find(), arguments) { UseShellExecute = false };
        FindRuntime(start);
        using var process = Process.Start(start) ?? throw new UserErrorException($"{start.FileName} did not start.");
        // Ctrl-C reaches it too, as it shares the terminal; it ends by itself.
        await process.WaitForExitAsync(CancellationToken.None);
        return cancellationToken.IsCancellationRequested ? ExitCodes.Interrupted : process.ExitCode;
    }

    /// <summary>Built from source, it needs the runtime that runs us, wherever that is installed.</summary>
    private static void FindRuntime(ProcessStartInfo start)
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        if (runtime.Parent?.Parent?.Parent is { } root && File.Exists(Path.Combine(root.FullName, "dotnet")))
            start.Environment["DOTNET_ROOT"] = root.FullName;
    }

    private static string Find()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var together = Path.Combine(own.FullName, Executable);
        var built = Path.GetFullPath(Path.Combine(own.FullName, "..", "..", Project, own.Name, Executable));
        return File.Exists(together) ? together
            : File.Exists(built) ? built
            : throw new UserErrorException($"{Executable} was not found at {together} or {built}.", $"Install it, or build it: dotnet build {Project}", ExitCodes.NotFound);
    }
}

/// <summary>Our help, in the reader's language, or that of the tool which a command stands for.</summary>
internal sealed class ToolHelp(HelpAction ours) : AsynchronousCommandLineAction
{
    public override Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default) =>
        parseResult.CommandResult.Command is AgentTool tool ? tool.RunAsync(parseResult, cancellationToken)
        : Task.FromResult(Translation.IsEnglish ? ours.Invoke(parseResult) : new TranslatedHelpAction(ours, Translation.Texts).Invoke(parseResult));
}
