using System.Collections;

namespace HomeCloud.Net.Options;

/// <summary>Reads options from variables named HOMECLOUD_….</summary>
public static class EnvironmentLayer
{
    public const string Prefix = "HOMECLOUD_";

    /// <param name="variables">Usually <see cref="Environment.GetEnvironmentVariables()"/>.</param>
    /// <param name="rows">All options of the program.</param>
    /// <remarks>Other programs of HomeCloud share the prefix, so an unknown variable is only a problem when it looks like a misspelt one.</remarks>
    public static OptionLayer Read(IDictionary variables, IReadOnlyList<OptionRow> rows)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(rows);
        var values = new Dictionary<string, IReadOnlyList<string>>();
        var problems = new List<string>();
        var known = rows.ToDictionary(option => option.EnvironmentName);
        foreach (DictionaryEntry variable in variables)
        {
            var name = (string)variable.Key;
            var text = (string?)variable.Value ?? "";
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || text.Length == 0)
                continue;

            if (known.TryGetValue(name, out var option))
                values[option.Name] = option.Repeatable ? Items(text, option.KeepsCommas) : [text.Trim()];
            else if (NearestName.Of(name[Prefix.Length..], known.Keys.Select(key => key[Prefix.Length..])) is { } nearest)
                problems.Add($"environment variable {name} is not an option: did you mean {Prefix}{nearest}?");
        }

        return new OptionLayer("environment", values, problems);
    }

    private static List<string> Items(string text, bool keepsCommas)
    {
        List<string> items = [];
        foreach (var part in text.Split(','))
        {
            var words = part.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var goesOn = keepsCommas && items.Count > 0 && words.Length > 0 && !words[0].Contains('=', StringComparison.Ordinal);
            if (goesOn)
                items[^1] += "," + words[0];
            items.AddRange(goesOn ? words[1..] : words);
        }

        return items;
    }
}
