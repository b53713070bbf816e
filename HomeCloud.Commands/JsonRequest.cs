namespace HomeCloud.Commands;

/// <summary>Whether JSON is asked for. Language and form of an error are chosen by it before anything is parsed, because parsing can fail.</summary>
public static class JsonRequest
{
    private const string Option = "--json";

    /// <param name="arguments">Those of a program: <c>--json</c>, <c>--json=true</c> and <c>--json false</c> count, and nothing behind <c>--</c>.</param>
    public static bool IsIn(IEnumerable<string> arguments)
    {
        var words = arguments.TakeWhile(word => word != "--").ToList();
        var at = words.FindLastIndex(word => word == Option || word.StartsWith(Option + '=', StringComparison.Ordinal) || word.StartsWith(Option + ':', StringComparison.Ordinal));
        if (at < 0)
            return false;

        var value = words[at].Length > Option.Length ? words[at][(Option.Length + 1)..] : words.ElementAtOrDefault(at + 1);
        return !bool.TryParse(value, out var isOn) || isOn;
    }
}
