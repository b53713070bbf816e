using System.CommandLine;
using HomeCloud.Net.Options;

namespace HomeCloud.Dns.Hosting.Options;

/// <summary>Says what System.CommandLine could not make sense of, in our words.</summary>
public static class CommandLineProblems
{
    /// <param name="parsed">What it read.</param>
    /// <param name="rows">All options of the program.</param>
    public static IEnumerable<string> Of(ParseResult parsed, IReadOnlyList<OptionRow> rows)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        if (parsed.UnmatchedTokens.Count == 0)
            return parsed.Errors.Select(error => $"{error.Message.TrimEnd('.')}: see --help");

        return parsed.UnmatchedTokens.Select(token => token.StartsWith('-')
            ? $"unknown option '{Name(token)}'{Hint(Name(token), rows)}"
            : $"'{token}' is not expected here: a value follows the name of its option; see --help");
    }

    private static string Name(string token) => token.Split('=', ':')[0];

    private static string Hint(string token, IReadOnlyList<OptionRow> rows)
    {
        var known = rows.Select(option => option.Name).Append("config").Append("help").Append("version");
        return NearestName.Of(token.TrimStart('-'), known) is { } nearest ? $": did you mean '--{nearest}'?" : ": see --help";
    }
}
