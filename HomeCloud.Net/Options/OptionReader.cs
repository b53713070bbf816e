using System.Collections;

namespace HomeCloud.Net.Options;

/// <summary>Puts the layers together: for each option the first layer that sets it wins, a list as a whole.</summary>
public static class OptionReader
{
    /// <summary>What every program reads: the command line before the environment before the file.</summary>
    /// <param name="rows">All options of the program.</param>
    /// <param name="options">Receives the values.</param>
    /// <param name="validate">Says what is wrong with the whole, when each value could be read.</param>
    /// <param name="commandLine">What was given there.</param>
    /// <param name="file">The JSON file; null: the one that HOMECLOUD_CONFIG names, if any.</param>
    /// <param name="isKnownElsewhere">Which other keys of the file are fine, for a command that reads some of a program's options.</param>
    /// <param name="variables">The environment; null: this process's.</param>
    /// <returns>What is wrong, one line each with the fix; empty when all is well.</returns>
    public static IReadOnlyList<string> ReadAll<T>(
        IReadOnlyList<OptionRow<T>> rows,
        T options,
        Func<T, IEnumerable<string>> validate,
        OptionLayer commandLine,
        string? file,
        Func<string, bool>? isKnownElsewhere = null,
        IDictionary? variables = null)
    {
        variables ??= Environment.GetEnvironmentVariables();
        var path = file ?? variables["HOMECLOUD_CONFIG"] as string;
        return Read(
            rows,
            options,
            validate,
            commandLine,
            EnvironmentLayer.Read(variables, rows),
            path is null ? OptionLayer.Empty : FileLayer.Read(path, rows, isKnownElsewhere));
    }

    /// <param name="rows">All options of the program.</param>
    /// <param name="options">Receives the values.</param>
    /// <param name="validate">Says what is wrong with the whole, when each value could be read.</param>
    /// <param name="layers">In order of precedence: command line, environment, file.</param>
    /// <returns>What is wrong, one line each with the fix; empty when all is well.</returns>
    public static IReadOnlyList<string> Read<T>(IReadOnlyList<OptionRow<T>> rows, T options, Func<T, IEnumerable<string>> validate, params IReadOnlyList<OptionLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(validate);
        ArgumentNullException.ThrowIfNull(layers);
        var problems = layers.SelectMany(layer => layer.Problems).ToList();
        foreach (var row in rows)
        {
            if (layers.FirstOrDefault(layer => layer.Values.ContainsKey(row.Name)) is not { } layer)
                continue;

            var values = layer.Values[row.Name];
            if (values.Count == 0 && !row.Repeatable)
                continue;
            if (row.Apply(options, values) is { } problem)
                problems.Add($"--{row.Name} '{string.Join(' ', values)}'{(layer.Origin.Length == 0 ? "" : $" (from {layer.Origin})")} {problem}");
        }

        if (problems.Count == 0)
            problems.AddRange(validate(options));
        return problems;
    }
}
