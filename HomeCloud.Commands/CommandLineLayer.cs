using System.CommandLine;
using HomeCloud.Net.Options;

namespace HomeCloud.Commands;

/// <summary>The options as System.CommandLine knows them, and what was given there.</summary>
/// <param name="rows">All options of the program.</param>
public sealed class CommandLineLayer(IReadOnlyList<OptionRow> rows)
{
    private readonly Dictionary<string, (OptionRow Definition, Option<string[]> Option)> _options =
        rows.ToDictionary(option => option.Name, option => (option, Create(option)));

    /// <summary>To be added to a command.</summary>
    public IEnumerable<Option> Options => _options.Values.Select(pair => pair.Option);

    public OptionLayer Read(ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var values = new Dictionary<string, IReadOnlyList<string>>();
        var problems = new List<string>();
        foreach (var (name, (definition, option)) in _options)
        {
            if (result.GetResult(option) is not { Implicit: false } given)
                continue;

            var texts = given.Tokens.Select(token => token.Value).ToArray();
            if (texts.Length > 1 && !definition.Repeatable)
                problems.Add($"--{name} is set {texts.Length} times; set it once");
            else
                values[name] = texts.Length == 0 ? ["on"] : texts;
        }

        return new OptionLayer("", values, problems);
    }

    private static Option<string[]> Create(OptionRow definition)
    {
        var option = new Option<string[]>($"--{definition.Name}")
        {
            Description = definition.Description,
            HelpName = definition.IsFlag ? null : definition.Placeholder ?? "on|off",
            // A list of at most one cannot be bound to an array; too many are noticed when they are read.
            Arity = definition.IsFlag ? ArgumentArity.Zero : definition.Placeholder is null ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        if (definition.Short is { } letter)
            option.Aliases.Add($"-{letter}");
        return option;
    }
}
