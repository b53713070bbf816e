using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Rules;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Each message names the option, the value and the fix.</summary>
public static class ForwardingOptionsValidator
{
    public static IEnumerable<string> Validate(ForwardingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var text in options.Upstreams)
        {
            if (!UpstreamAddress.TryParse(text, out var address, out var problem)) yield return $"--upstream '{text}' {problem}.";
            else if (address.NeedsScope) yield return $"--upstream '{text}' is link-local: add the interface (example: {address.EndPoint!.Address}%eth0).";
        }

        var zones = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in options.Forwards)
        {
            if (!ForwardRule.TryParse(text, out var rule, out var problem)) yield return $"--forward '{text}' {problem}.";
            else if (!zones.Add(rule.Zone)) yield return $"--forward '{text}' sets zone {rule.Zone} a second time: put all its upstreams in one rule, separated by commas.";
        }

        foreach (var text in options.Bootstrap)
        {
            if (!UpstreamAddress.TryParse(text, out var address, out var problem)) yield return $"--bootstrap '{text}' {problem}.";
            else if (address.Protocol is UpstreamProtocol.Tls or UpstreamProtocol.Https) yield return $"--bootstrap '{text}' must be plain DNS: write an address (example: 9.9.9.9).";
        }

        foreach (var zone in options.RebindExempt)
        {
            if (!ZoneText.IsName(zone.Trim())) yield return $"--rebind-exempt '{zone}' is not a valid zone name (example: plex.direct).";
        }

        if (options.UpstreamCaFile is { } file && (File.Exists(file) ? CertificateTrust.Examine(file) : "it does not exist") is { } reason)
        {
            yield return $"--upstream-ca '{file}' cannot be used, {reason.TrimEnd('.')}: set a readable PEM file.";
        }

        if (options.UdpPayloadSize is < 512 or > 4096) yield return $"--upstream-udp-size {options.UdpPayloadSize} is out of range: choose 512 to 4096, 1232 if unsure.";
        if (options.QueryTimeoutMilliseconds is < 500 or > 30_000) yield return $"--query-timeout {options.QueryTimeoutMilliseconds} is out of range: choose 500 to 30000 milliseconds.";
        if (options.MaxOutstanding is < 10 or > 100_000) yield return $"--max-outstanding {options.MaxOutstanding} is out of range: choose 10 to 100000.";
        if (options.MaxOutstandingPerClient < 1 || options.MaxOutstandingPerClient > options.MaxOutstanding)
        {
            yield return $"--max-outstanding-per-client {options.MaxOutstandingPerClient} is out of range: choose 1 to --max-outstanding ({options.MaxOutstanding}).";
        }
    }
}
