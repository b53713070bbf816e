using System.Text;
using HomeCloud.Net.Localization;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers;

/// <summary>
/// The rule for a server's name: one host name label (RFC 1123 §2.1): letters, digits and hyphens, no hyphen
/// at either end, at most 63 characters, folded to lower case. Only digits would read as an address.
/// </summary>
public static class ServerName
{
    public const int MaximumLength = 63;

    public static string Fold(string text) => text.Trim().ToLowerInvariant();

    /// <param name="name">Already folded.</param>
    public static NameVerdict Check(string name)
    {
        if (name.Length == 0)
            return NameVerdict.Empty;

        if (name.Length > MaximumLength)
            return NameVerdict.TooLong;

        if (name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')))
            return NameVerdict.BadCharacter;

        if (name[0] == '-' || name[^1] == '-')
            return NameVerdict.HyphenAtEdge;

        if (name.All(char.IsAsciiDigit))
            return NameVerdict.OnlyDigits;

        return ReservedNames.Contains(name) ? NameVerdict.Reserved : NameVerdict.Valid;
    }

    /// <summary>The same for a container's name, which has two characters at least (Docker: [a-zA-Z0-9][a-zA-Z0-9_.-]+).</summary>
    public static ServerProblem? ContainerProblem(string? text)
    {
        var name = Fold(text ?? "");
        return name.Length == 1 && Check(name) == NameVerdict.Valid
            ? new ServerProblem(ProblemCode.InvalidName, $"The name {name} is too short: Docker requires two characters.", $"Add a letter (example: {name}1).")
            : Problem(text);
    }

    /// <summary>The problem with <paramref name="text"/>, or null when it is a good name.</summary>
    public static ServerProblem? Problem(string? text)
    {
        var name = Fold(text ?? "");
        var shown = Shorten(name);
        return Check(name) switch
        {
            NameVerdict.Valid => null,
            NameVerdict.Empty => new ServerProblem(ProblemCode.InvalidName, "A server needs a name.", "Set one word (example: airplay)."),
            NameVerdict.TooLong => new ServerProblem(ProblemCode.InvalidName, $"The name {shown} has {name.Length} characters; a DNS label has at most {MaximumLength}.", Instead(name)),
            NameVerdict.BadCharacter => new ServerProblem(ProblemCode.InvalidName, $"The name {shown} has a character that host names do not allow.", Instead(name)),
            NameVerdict.HyphenAtEdge => new ServerProblem(ProblemCode.InvalidName, $"The name {shown} begins or ends with a hyphen.", Instead(name)),
            NameVerdict.OnlyDigits => new ServerProblem(ProblemCode.InvalidName, $"The name {shown} has only digits, which programs read as an address.", $"Add a letter (example: box-{shown})."),
            _ => new ServerProblem(ProblemCode.NameReserved, $"The name {shown} is reserved for HomeCloud or for name resolution.", "Choose another name."),
        };
    }

    /// <summary>The nearest good name, or an empty string when nothing of it can be kept.</summary>
    public static string Suggest(string text)
    {
        var builder = new StringBuilder(MaximumLength);
        foreach (var c in Fold(text))
        {
            if (c is (>= 'a' and <= 'z') or (>= '0' and <= '9'))
            {
                builder.Append(c);
            }
            else if (c is '-' or '_' or ' ' or '.' && builder.Length > 0 && builder[^1] != '-')
            {
                builder.Append('-');
            }

            if (builder.Length == MaximumLength)
                break;
        }

        var name = builder.ToString().Trim('-');
        return Check(name) == NameVerdict.Valid ? name : "";
    }

    private static Phrase Instead(string name)
    {
        var suggestion = Suggest(name);
        return suggestion.Length == 0
            ? "Use letters a to z, digits and hyphens (example: airplay)."
            : (Phrase)$"Try {suggestion}.";
    }

    private static string Shorten(string name) => name.Length <= 40 ? name : string.Concat(name.AsSpan(0, 37), "...");
}

/// <summary>What <see cref="ServerName"/> thinks of a name.</summary>
public enum NameVerdict
{
    Valid,
    Empty,
    TooLong,
    BadCharacter,
    HyphenAtEdge,
    OnlyDigits,
    Reserved,
}
