namespace HomeCloud.Dns.Hosting.Options;

/// <summary>
/// One option: <c>--NAME</c> on the command line, <c>HOMECLOUD_NAME</c> in the environment (capitals, underscores),
/// <c>"name"</c> in the JSON file. The first of the three that names it wins, lists as a whole.
/// </summary>
/// <param name="Name">Long name without dashes, in lower case.</param>
/// <param name="Placeholder">What the value is, for the help; null for a switch that is on when named without one.</param>
/// <param name="Description">For the help, one sentence with the default.</param>
/// <param name="Apply">Writes the values, one unless <see cref="Repeatable"/>; returns what is wrong with them, or null.</param>
public sealed record DnsOption(string Name, string? Placeholder, string Description, Func<DnsServerOptions, IReadOnlyList<string>, string?> Apply)
{
    /// <summary>Short form, one letter without dash.</summary>
    public char? Short { get; init; }

    /// <summary>Takes several values: named several times, a JSON array, or separated by commas or blanks in the environment.</summary>
    public bool Repeatable { get; init; }

    public string EnvironmentName => "HOMECLOUD_" + Name.ToUpperInvariant().Replace('-', '_');
}
