using System.Text.RegularExpressions;
using HomeCloud.Net.Localization;

namespace HomeCloud.Commands;

/// <summary>What System.CommandLine says itself, as phrases: its own texts cannot be replaced.</summary>
internal static partial class LibraryProblem
{
    /// <returns>The same words; a message that is not known stays English.</returns>
    public static Phrase From(string message)
    {
        message = message.Trim().TrimEnd('.');
        if (MissingArgument().Match(message) is { Success: true } argument)
            return $"Required argument '{argument.Groups[1].Value}' missing for command: '{argument.Groups[2].Value}'.";
        if (MissingValue().Match(message) is { Success: true } value)
            return $"Required argument missing for option: '{value.Groups[1].Value}'.";
        if (Unreadable().Match(message) is { Success: true } unreadable)
            return $"Cannot parse argument '{unreadable.Groups[1].Value}' for option '{unreadable.Groups[2].Value}' as expected type '{unreadable.Groups[3].Value}'.";
        return Unknown().Match(message) is { Success: true } unknown
            ? (Phrase)$"Argument '{unknown.Groups[1].Value}' not recognized. Must be one of:{unknown.Groups[2].Value}."
            : $"{message}.";
    }

    [GeneratedRegex(@"^Required argument '(.+)' missing for command: '(.+)'\z")]
    private static partial Regex MissingArgument();

    [GeneratedRegex(@"^Required argument missing for option: '(.+)'\z")]
    private static partial Regex MissingValue();

    [GeneratedRegex(@"^Cannot parse argument '(.*)' for option '(.+)' as expected type '(.+)'\z", RegexOptions.Singleline)]
    private static partial Regex Unreadable();

    [GeneratedRegex(@"^Argument '(.*)' not recognized\. Must be one of:(.*)\z", RegexOptions.Singleline)]
    private static partial Regex Unknown();
}
