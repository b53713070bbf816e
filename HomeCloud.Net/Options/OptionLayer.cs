namespace HomeCloud.Net.Options;

/// <summary>Option values from one place: the command line, the environment or a file.</summary>
/// <param name="Origin">Where, for messages; empty for the command line.</param>
/// <param name="Values">Values by option name.</param>
/// <param name="Problems">What could not be read, one line each.</param>
public sealed record OptionLayer(string Origin, IReadOnlyDictionary<string, IReadOnlyList<string>> Values, IReadOnlyList<string> Problems)
{
    public static OptionLayer Empty { get; } = new("", new Dictionary<string, IReadOnlyList<string>>(), []);
}
