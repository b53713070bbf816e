using System.Runtime.CompilerServices;

namespace HomeCloud.Tests.Docs;

/// <summary>commands.txt: how each command of the documents is tried. The first line that fits counts.</summary>
internal sealed class CommandTable
{
    public static readonly string[] Hows = ["laptop", "server", "router", "lab", "dnsmasq", "elsewhere", "not here", "text"];

    private readonly List<CommandRule> _rules = [];
    private readonly List<(string From, string To)> _instead = [];

    private CommandTable(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Split(" | ", 3).Select(part => part.Trim()).ToArray();
            if (parts[0] == "instead")
                _instead.Add((parts[1], parts[2]));
            else if (parts[0] == "given")
                Given[parts[1]] = [.. Given.GetValueOrDefault(parts[1], []), parts[2]];
            else
                _rules.Add(CommandRule.Parse(parts));
        }
    }

    public IReadOnlyList<CommandRule> Rules => _rules;

    /// <summary>By document: what is typed on the server before it is followed.</summary>
    public Dictionary<string, IReadOnlyList<string>> Given { get; } = [];

    public static CommandTable Read([CallerFilePath] string here = "") => new(File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "commands.txt")));

    /// <returns>Null when no line fits.</returns>
    public CommandRule? Find(string command) => _rules.FirstOrDefault(rule => rule.Fits(command));

    /// <summary>What is typed in the lab for what the document says.</summary>
    public string Typed(CommandRule rule, string command) => Replaced(rule.Instead ?? command);

    public string Replaced(string command) =>
        _instead.Aggregate(command, (text, pair) => text.Replace(pair.From, pair.To, StringComparison.Ordinal));
}
