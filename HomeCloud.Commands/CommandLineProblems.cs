using System.CommandLine;
using System.CommandLine.Parsing;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Options;

namespace HomeCloud.Commands;

/// <summary>Says what System.CommandLine could not make sense of, in our words.</summary>
public static class CommandLineProblems
{
    /// <param name="parsed">What it read.</param>
    /// <param name="arguments">What it was given.</param>
    /// <param name="program">Named in the command that lists the options.</param>
    /// <returns>The first error; null when there is none.</returns>
    public static CommandError? First(ParseResult parsed, IReadOnlyList<string> arguments, string program)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var command = parsed.CommandResult.Command;
        var help = $"{program} {Path(command)}".TrimEnd() + " --help";
        // A command that passes words on as they are reads them itself.
        if (command.TreatUnmatchedTokensAsErrors)
        {
            if (Misspelt(parsed, arguments) is { } token)
                return UnknownOption(parsed, token, help);
            if (parsed.UnmatchedTokens is [var word, ..])
                return Unexpected(command, word, help);
            if (command is { Action: null, Subcommands.Count: > 0 })
                return new CommandError(ExitCodes.Usage, $"a command is missing behind '{$"{program} {Path(command)}".TrimEnd()}'.", $"One of: {string.Join(", ", Commands(command))}. See: {help}");
        }

        return parsed.Errors is [var error, ..] ? new CommandError(ExitCodes.Usage, LibraryProblem.From(error.Message), $"For the options: {help}") : null;
    }

    /// <summary><c>network create</c>: as it is typed behind the program's name.</summary>
    public static string Path(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}".TrimStart() : "";
    }

    private static CommandError UnknownOption(ParseResult parsed, string token, string help)
    {
        var name = token.Split('=', ':')[0];
        var fix = NearestName.Of(name, Names(parsed)) is { } nearest ? (Phrase)$"Did you mean {nearest}?"
            : parsed.CommandResult.Command.Arguments is [.., { Arity.MaximumNumberOfValues: > 1 }] ? "If it belongs to a command to run, set -- before that command."
            : Phrase.None;
        return new CommandError(ExitCodes.Usage, $"unknown option '{name}'.", Phrase.Join(" ", fix, $"For the options: {help}"));
    }

    private static CommandError Unexpected(Command command, string word, string help)
    {
        if (command.Subcommands.Count == 0)
            return new CommandError(ExitCodes.Usage, $"'{word}' is not expected here.", $"A value follows the name of its option; see: {help}");

        var nearest = NearestName.Of(word, Commands(command)) is { } name ? (Phrase)$"Did you mean {name}?" : Phrase.None;
        return new CommandError(ExitCodes.Usage, $"unknown command '{word}'.", Phrase.Join(" ", nearest, $"For the commands: {help}"));
    }

    private static IEnumerable<string> Commands(Command command) => command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);

    /// <summary>
    /// A word before <c>--</c> that begins like an option and was taken for something else: for an argument, or, with two dashes,
    /// for the value of an option. <c>-</c> alone is standard input or output.
    /// </summary>
    private static string? Misspelt(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        var options = arguments.TakeWhile(argument => argument != "--").ToHashSet();
        var values = All(parsed.RootCommandResult).OfType<OptionResult>().SelectMany(option => option.Tokens).ToHashSet();
        return parsed.Tokens
            .TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Type == TokenType.Argument && token.Value.Length > 1 && options.Contains(token.Value))
            .Where(token => token.Value.StartsWith(values.Contains(token) ? "--" : "-", StringComparison.Ordinal))
            .Select(token => token.Value)
            .FirstOrDefault();
    }

    private static IEnumerable<SymbolResult> All(CommandResult result) =>
        result.Children.SelectMany(child => child is CommandResult inner ? All(inner) : [child]);

    private static IEnumerable<string> Names(ParseResult parsed)
    {
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Command.Options.Where(option => !option.Hidden && (option.Recursive || result == parsed.CommandResult)))
                yield return option.Name;
        }
    }
}
