using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Validation.ValidationOptions>;

namespace HomeCloud.Dns.Validation;

/// <summary>Whether answers from outside are validated, and from which keys on.</summary>
public sealed class ValidationOptions
{
    /// <summary><c>--dnssec</c>: signatures are checked here. Off: what the upstream says of them is passed on.</summary>
    public bool Dnssec { get; set; }

    /// <summary><c>--trust-anchor</c>: a file of DS or DNSKEY records that are believed. Those of the root take the place of the built-in ones.</summary>
    public string? TrustAnchorFile { get; set; }

    public static OptionRow<ValidationOptions>[] Rows =>
    [
        Switch("dnssec", "Validate the DNSSEC signatures of upstream answers; forged answers become SERVFAIL. Default: off.", (o, v) => o.Dnssec = v),
        Text("trust-anchor", "FILE", "DS or DNSKEY records to trust, one per line. Those of the root replace the built-in ones.", (o, v) => o.TrustAnchorFile = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (TrustAnchorFile is null)
            yield break;
        if (ReadAnchors(out var problem) is null)
            yield return $"--trust-anchor '{TrustAnchorFile}' cannot be used: {problem}.";
        else if (!Dnssec)
            yield return $"--trust-anchor '{TrustAnchorFile}' does nothing without --dnssec: set that too, or remove it.";
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
}
