using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Rules;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Finds, before the start, upstreams that are this server itself.</summary>
public static class LoopCheck
{
    /// <returns>One message for each, naming the option, the value and the fix.</returns>
    public static IEnumerable<string> Find(ForwardingOptions options, OwnEndPoints own)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(own);
        foreach (var text in options.Upstreams)
        {
            if (IsOwn(text, own))
                yield return $"--upstream '{text}' is this server itself: set the router's address, the internet provider's server or a public one (example: 9.9.9.9).";
        }

        foreach (var text in options.Forwards)
        {
            if (!ForwardRule.TryParse(text, out var rule, out _))
                continue;
            foreach (var upstream in rule.Upstreams)
            {
                if (upstream.EndPoint is { } endPoint && own.Contains(endPoint))
                    yield return $"--forward '{text}' points to this server itself ({upstream.Text}): set the server that has the names of {rule.Zone}.";
            }
        }
    }

    private static bool IsOwn(string text, OwnEndPoints own) =>
        UpstreamAddress.TryParse(text, out var address, out _) && address.EndPoint is { } endPoint && own.Contains(endPoint);
}
