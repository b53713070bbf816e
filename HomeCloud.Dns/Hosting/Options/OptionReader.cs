using System.Collections;

namespace HomeCloud.Dns.Hosting.Options;

/// <summary>Puts the layers together: for each option the first layer that names it wins, a list as a whole.</summary>
public static class OptionReader
{
    /// <summary>What every program reads: the command line before the environment before the file.</summary>
    /// <param name="table">The options.</param>
    /// <param name="options">Receives the values.</param>
    /// <param name="commandLine">What was given there.</param>
    /// <param name="file">The JSON file; null: the one that HOMECLOUD_CONFIG names, if any.</param>
    /// <param name="isKnownElsewhere">Which other keys of the file are fine, for a command that reads some of a program's options.</param>
    /// <param name="variables">The environment; null: this process's.</param>
    /// <returns>What is wrong, one line each with the fix; empty when all is well.</returns>
    public static IReadOnlyList<string> ReadAll(
        IReadOnlyList<DnsOption> table,
        DnsServerOptions options,
        OptionLayer commandLine,
        string? file,
        Func<string, bool>? isKnownElsewhere = null,
        IDictionary? variables = null)
    {
        variables ??= Environment.GetEnvironmentVariables();
        var path = file ?? variables["HOMECLOUD_CONFIG"] as string;
        return Read(
            table,
            options,
            commandLine,
            EnvironmentLayer.Read(variables, table),
            path is null ? OptionLayer.Empty : FileLayer.Read(path, isKnownElsewhere, table));
    }

    /// <param name="table">All options of the program.</param>
    /// <param name="options">Receives the values.</param>
    /// <param name="layers">In order of precedence: command line, environment, file.</param>
    /// <returns>What is wrong, one line each with the fix; empty when all is well.</returns>
    public static IReadOnlyList<string> Read(IReadOnlyList<DnsOption> table, DnsServerOptions options, params IReadOnlyList<OptionLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(layers);
        var problems = layers.SelectMany(layer => layer.Problems).ToList();
        foreach (var option in table)
        {
            if (layers.FirstOrDefault(layer => layer.Values.ContainsKey(option.Name)) is not { } layer)
                continue;

            var values = layer.Values[option.Name];
            if (values.Count == 0 && !option.Repeatable)
                continue;
            if (option.Apply(options, values) is { } problem)
                problems.Add($"--{option.Name} '{string.Join(' ', values)}'{(layer.Origin.Length == 0 ? "" : $" (from {layer.Origin})")} {problem}");
        }

        if (problems.Count == 0)
            problems.AddRange(DnsServerOptionsValidator.Validate(options));
        return problems;
    }
}
