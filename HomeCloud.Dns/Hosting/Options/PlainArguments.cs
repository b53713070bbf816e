using HomeCloud.Net.Options;

namespace HomeCloud.Dns.Hosting.Options;

/// <summary>
/// Reads a command line of nothing but <c>--NAME VALUE</c>, as units and containers start the server, without
/// System.CommandLine, which takes a tenth of the start. Whatever else there is (help, short names, switches, '=', a value
/// that looks like an option, a mistake) is left to it.
/// </summary>
internal static class PlainArguments
{
    public const string Config = "--config";

    /// <param name="args">As the process got them.</param>
    /// <param name="rows">All options of the program.</param>
    /// <param name="layer">What was given, when the result is true.</param>
    /// <param name="config">The value of <c>--config</c>, if given.</param>
    public static bool TryRead(IReadOnlyList<string> args, IReadOnlyList<OptionRow> rows, out OptionLayer layer, out string? config)
    {
        layer = OptionLayer.Empty;
        config = null;
        if (args.Count % 2 != 0)
            return false;

        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i += 2)
        {
            var (name, value) = (args[i], args[i + 1]);
            if (value.Length == 0 || value[0] is '-' or '@')
                return false;
            if (name == Config && config is null)
                config = value;
            else if (Find(name, rows) is not { Placeholder: not null } option || !TryAdd(values, option, value))
                return false;
        }

        layer = new OptionLayer("", values, []);
        return true;
    }

    private static OptionRow? Find(string name, IReadOnlyList<OptionRow> rows)
    {
        if (!name.StartsWith("--", StringComparison.Ordinal))
            return null;
        foreach (var option in rows)
        {
            if (name.AsSpan(2).SequenceEqual(option.Name))
                return option;
        }

        return null;
    }

    private static bool TryAdd(Dictionary<string, IReadOnlyList<string>> values, OptionRow option, string value)
    {
        if (!values.TryGetValue(option.Name, out var given))
        {
            values[option.Name] = new List<string> { value };
            return true;
        }

        if (!option.Repeatable)
            return false;
        ((List<string>)given).Add(value);
        return true;
    }
}
