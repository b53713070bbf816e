using System.Globalization;

namespace HomeCloud.Tests.Docs;

/// <param name="How">One of <see cref="CommandTable.Hows"/>.</param>
/// <param name="ExitCodes">Which are right.</param>
/// <param name="Command">What the documents say; a * at the end stands for any rest.</param>
/// <param name="Instead">What is typed in the lab, the test's name, or the reason; null: the same.</param>
internal sealed record CommandRule(string How, IReadOnlyList<int> ExitCodes, string Command, string? Instead)
{
    public bool Used { get; private set; }

    public static CommandRule Parse(string[] parts)
    {
        var how = parts[0].Split(':');
        if (!CommandTable.Hows.Contains(how[0]) || parts.Length is < 2 or > 3)
            throw new FormatException($"commands.txt: {string.Join(" | ", parts)}");
        return new CommandRule(how[0], how.Length == 1 ? [0] : [.. how[1].Split(',').Select(code => int.Parse(code, CultureInfo.InvariantCulture))], parts[1], parts.Length == 3 ? parts[2] : null);
    }

    public bool Fits(string command)
    {
        var fits = Command.EndsWith('*') ? command.StartsWith(Command[..^1], StringComparison.Ordinal) : command == Command;
        Used |= fits;
        return fits;
    }
}
