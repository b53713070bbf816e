using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <param name="Security">What it is.</param>
/// <param name="Error">Why, as an Extended DNS Error; null: there is nothing to say.</param>
/// <param name="Text">The same for a person.</param>
/// <param name="Options">Whole EDNS options: what the upstream said when keys could not be fetched.</param>
internal readonly record struct Verdict(Security Security, EdeCode? Error = null, string Text = "", byte[]? Options = null)
{
    public static readonly Verdict Secure = new(Security.Secure);
    public static readonly Verdict Insecure = new(Security.Insecure);

    /// <summary>The keys did not come in time; nothing was wrong with what came.</summary>
    public bool IsLate { get; init; }

    /// <summary>What to do about it, to be put behind the text; null: there is nothing to say.</summary>
    public string? Advice { get; init; }

    public static Verdict Bogus(EdeCode error, string text) => new(Security.Bogus, error, text);

    public static Verdict Unsigned(EdeCode error, string text) => new(Security.Insecure, error, text);
}
