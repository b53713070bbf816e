using System.Diagnostics.CodeAnalysis;
using HomeCloud.Dns.Forwarding.Channels;

namespace HomeCloud.Dns.Forwarding.Rules;

/// <summary>One <c>--forward zone=upstream[,upstream]</c>: names at and under the zone go to these upstreams only.</summary>
public sealed record ForwardRule(string Zone, IReadOnlyList<UpstreamAddress> Upstreams)
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out ForwardRule? rule, [NotNullWhen(false)] out string? problem)
    {
        rule = null;
        text ??= "";
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            problem = "has no zone: write zone=upstream (example: lan=192.168.1.1)";
            return false;
        }

        var zone = text[..equals].Trim().ToLowerInvariant();
        zone = zone == "." ? zone : zone.Trim('.') + ".";
        if (!ZoneText.IsName(zone))
        {
            problem = $"has no valid zone ('{text[..equals]}'): write a zone name (example: lan or 168.192.in-addr.arpa)";
            return false;
        }

        var upstreams = new List<UpstreamAddress>();
        foreach (var part in text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            if (!UpstreamAddress.TryParse(part, out var address, out var wrong))
            {
                problem = $"upstream '{part}' {wrong}";
                return false;
            }

            upstreams.Add(address);
        }

        rule = new ForwardRule(zone, upstreams);
        problem = null;
        return true;
    }
}
