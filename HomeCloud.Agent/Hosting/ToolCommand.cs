using System.Collections;
using System.CommandLine;
using HomeCloud.Commands;
using HomeCloud.Net.Options;

namespace HomeCloud.Agent.Hosting;

/// <summary>One of the tools: its options are the rows beside its options class, read as every program of HomeCloud reads them.</summary>
/// <typeparam name="T">The options class.</typeparam>
internal sealed class ToolCommand<T> : Command
{
    /// <param name="name">As it is typed.</param>
    /// <param name="description">For the help.</param>
    /// <param name="rows">All its options.</param>
    /// <param name="shared">Those that the agent has too: environment and JSON file set them as they do there.</param>
    /// <param name="console">Where it reads and writes.</param>
    /// <param name="prepare">Makes the options from the arguments.</param>
    /// <param name="validate">Says what is wrong with them as a whole.</param>
    /// <param name="run">Does it.</param>
    public ToolCommand(
        string name, string description, IReadOnlyList<OptionRow<T>> rows, IReadOnlyList<OptionRow<T>> shared, ToolConsole console,
        Func<ParseResult, T> prepare, Func<T, IEnumerable<string>> validate, Func<T, CancellationToken, Task<int>> run)
        : base(name, description)
    {
        var layer = new CommandLineLayer(rows);
        var config = new Option<string?>("--config", "-c") { HelpName = "FILE", Description = "The agent's JSON file, for the options that both have." };
        foreach (var option in layer.Options)
            Options.Add(option);
        if (shared.Count > 0)
            Options.Add(config);
        SetAction(async (parse, cancellationToken) =>
        {
            var options = prepare(parse);
            var path = (shared.Count > 0 ? parse.GetValue(config) : null) ?? (shared.Count > 0 ? console.Variables["HOMECLOUD_CONFIG"] as string : null);
            var problems = OptionReader.Read(
                rows,
                options,
                validate,
                layer.Read(parse),
                EnvironmentLayer.Read(console.Variables, shared),
                path is null ? OptionLayer.Empty : FileLayer.Read(path, shared, IsAgents));
            return problems.Count == 0
                ? await run(options, cancellationToken)
                : throw new UserErrorException($"{string.Join("; ", problems)}.", $"For the options: homecloud {CommandLineProblems.Path(this)} --help", ExitCodes.Usage);
        });
    }

    private static bool IsAgents(string key) => AgentOptions.Rows.Any(row => row.Name == key);
}

/// <summary>What a tool reads and writes: those of this process, or a test's.</summary>
/// <param name="Variables">The environment.</param>
/// <param name="Output">For results.</param>
/// <param name="Error">For errors, and for words beside a result in JSON.</param>
/// <param name="ReadLine">Null when nobody answers.</param>
internal sealed record ToolConsole(IDictionary Variables, TextWriter Output, TextWriter Error, Func<string?> ReadLine)
{
    public bool Colours { get; init; }
}
