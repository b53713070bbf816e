using System.Collections;

namespace HomeCloud.Dns.Hosting.Options;

/// <summary>Reads options from variables named HOMECLOUD_….</summary>
public static class EnvironmentLayer
{
    private const string Prefix = "HOMECLOUD_";

    /// <param name="variables">Usually <see cref="Environment.GetEnvironmentVariables()"/>.</param>
    /// <param name="table">All options of the program; null: those of the DNS server.</param>
    /// <remarks>Other programs of HomeCloud share the prefix, so an unknown variable is only a problem when it looks like a misspelt one.</remarks>
    public static OptionLayer Read(IDictionary variables, IReadOnlyList<DnsOption>? table = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var values = new Dictionary<string, IReadOnlyList<string>>();
        var problems = new List<string>();
        var known = (table ?? OptionTable.All).ToDictionary(option => option.EnvironmentName);
        foreach (DictionaryEntry variable in variables)
        {
            var name = (string)variable.Key;
            var text = (string?)variable.Value ?? "";
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || text.Length == 0)
                continue;

            if (known.TryGetValue(name, out var option))
                values[option.Name] = option.Repeatable ? text.Split([',', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [text.Trim()];
            else if (OptionTable.Nearest(name[Prefix.Length..], known.Keys.Select(key => key[Prefix.Length..])) is { } nearest)
                problems.Add($"environment variable {name} is not an option: did you mean {Prefix}{nearest}?");
        }

        return new OptionLayer("environment", values, problems);
    }
}
