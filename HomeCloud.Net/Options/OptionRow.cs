namespace HomeCloud.Net.Options;

/// <summary>
/// One option of a program: <c>--NAME</c> on the command line, <c>HOMECLOUD_NAME</c> in the environment (upper case, underscores),
/// <c>"name"</c> in the JSON file. The first of the three that sets it wins, lists as a whole. Help and documentation show the same row.
/// </summary>
/// <param name="name">Long name without dashes, in lower case.</param>
/// <param name="placeholder">What the value is, for the help; null for a switch that is on when named without one.</param>
/// <param name="description">For the help, one sentence with the default.</param>
public abstract class OptionRow(string name, string? placeholder, string description)
{
    public string Name { get; } = name;

    public string? Placeholder { get; } = placeholder;

    public string Description { get; } = description;

    /// <summary>Short form, one letter without dash.</summary>
    public char? Short { get; init; }

    /// <summary>Takes several values: named several times, a JSON array, or separated by commas or blanks in the environment.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Each value is NAME=… and may have commas of its own: in the environment one ends a value only before the next NAME=.</summary>
    public bool KeepsCommas { get; init; }

    /// <summary>A switch that is on when it is named and takes no value, so that an argument may follow it.</summary>
    public bool IsFlag { get; init; }

    public string EnvironmentName => EnvironmentLayer.Prefix + Name.ToUpperInvariant().Replace('-', '_');
}

/// <inheritdoc cref="OptionRow"/>
/// <typeparam name="T">The options class that the row writes to.</typeparam>
/// <param name="name">See <see cref="OptionRow"/>.</param>
/// <param name="placeholder">See <see cref="OptionRow"/>.</param>
/// <param name="description">See <see cref="OptionRow"/>.</param>
/// <param name="apply">See <see cref="Apply"/>.</param>
public sealed class OptionRow<T>(string name, string? placeholder, string description, Func<T, IReadOnlyList<string>, string?> apply)
    : OptionRow(name, placeholder, description)
{
    /// <summary>Writes the values, one unless <see cref="OptionRow.Repeatable"/>.</summary>
    /// <returns>What is wrong with them; null when all is well.</returns>
    public string? Apply(T options, IReadOnlyList<string> values) => apply(options, values);
}

public static class SectionRows
{
    /// <summary>The rows of a section, as rows of the options that hold it.</summary>
    public static OptionRow<TWhole>[] In<TSection, TWhole>(this OptionRow<TSection>[] rows, Func<TWhole, TSection> section)
    {
        var all = new OptionRow<TWhole>[rows.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var row = rows[i];
            all[i] = new(row.Name, row.Placeholder, row.Description, (whole, values) => row.Apply(section(whole), values)) { Short = row.Short, Repeatable = row.Repeatable, KeepsCommas = row.KeepsCommas, IsFlag = row.IsFlag };
        }

        return all;
    }
}
