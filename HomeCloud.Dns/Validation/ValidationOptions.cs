using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Validation.ValidationOptions>;

namespace HomeCloud.Dns.Validation;

/// <summary>Whether answers from outside are validated, and from which keys on.</summary>
public sealed class ValidationOptions
{
    /// <summary><c>--dnssec</c>: whether signatures are checked here.</summary>
    public DnssecMode Dnssec { get; set; } = DnssecMode.Auto;

    /// <summary><c>--trust-anchor</c>: a file of DS or DNSKEY records that are believed. Those of the root take the place of the built-in ones.</summary>
    public string? TrustAnchorFile { get; set; }

    public static OptionRow<ValidationOptions>[] Rows =>
    [
        One<DnssecMode>("dnssec", null, "Validate the DNSSEC signatures of upstream answers; forged answers become SERVFAIL: on, off, or auto (while an upstream passes signatures on). Default: auto.", ReadMode, (o, v) => o.Dnssec = v),
        Text("trust-anchor", "FILE", "DS or DNSKEY records to trust, one per line. Those of the root replace the built-in ones.", (o, v) => o.TrustAnchorFile = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (TrustAnchorFile is null)
            yield break;
        if (ReadAnchors(out var problem) is null)
            yield return $"--trust-anchor '{TrustAnchorFile}' cannot be used: {problem}.";
        else if (Dnssec == DnssecMode.Off)
            yield return $"--trust-anchor '{TrustAnchorFile}' does nothing with --dnssec off: remove one of the two.";
    }

    /// <summary>What is believed from the start.</summary>
    internal TrustAnchors? ReadAnchors(out string? problem)
    {
        problem = null;
        if (TrustAnchorFile is not { } file)
            return TrustAnchors.Root;
        try
        {
            return TrustAnchors.Read(File.ReadLines(file), out problem);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problem = unreadable.Message.TrimEnd('.');
            return null;
        }
    }

    // A switch says true and false too, and is on when it is named without a value.
    private static string? ReadMode(string text, out DnssecMode value)
    {
        var isAuto = text.Equals("auto", StringComparison.OrdinalIgnoreCase);
        var problem = OptionText.Switch(text, out var isOn);
        value = isAuto ? DnssecMode.Auto : isOn ? DnssecMode.On : DnssecMode.Off;
        return isAuto || problem is null ? null : "is not one of on, auto, off";
    }
}

/// <summary>Whether answers from outside are validated.</summary>
public enum DnssecMode
{
    /// <summary>What upstreams say of signatures is passed on.</summary>
    Off,

    /// <summary>While an upstream hands on what it takes; otherwise answers pass unvalidated, so that no home goes dark.</summary>
    Auto,

    /// <summary>Always: without signatures nothing from outside resolves.</summary>
    On,
}
