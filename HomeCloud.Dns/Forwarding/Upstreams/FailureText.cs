using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>Says in an extended error why there is no answer, and whose fault it is.</summary>
internal static class FailureText
{
    public static byte[] Write(in UpstreamReply reply, UpstreamGroup group, TimeSpan limit)
    {
        var who = reply.Upstream?.Address.Text;
        return (reply.Status, reply.Response.Verdict) switch
        {
            (ExchangeStatus.Unreachable, _) => ExtendedErrors.Write(EdeCode.NetworkError, who is null ? reply.Problem! : $"upstream {who}: {reply.Problem}"),
            (ExchangeStatus.Answered, ResponseVerdict.AliasLoop) => ExtendedErrors.Write(EdeCode.InvalidData, $"upstream {who} sent an alias loop"),
            (ExchangeStatus.Answered, ResponseVerdict.AliasChainTooLong) => ExtendedErrors.Write(EdeCode.InvalidData, $"upstream {who} sent more than 16 aliases in a row"),
            (ExchangeStatus.Answered, ResponseVerdict.AliasTooLong) => ExtendedErrors.Write(EdeCode.InvalidData, $"upstream {who} sent a DNAME that makes the name too long"),
            (ExchangeStatus.Answered, ResponseVerdict.Unrelated) => ExtendedErrors.Write(EdeCode.InvalidData, $"upstream {who} answered another question"),
            (ExchangeStatus.Answered, _) => ExtendedErrors.Write(EdeCode.InvalidData, $"upstream {who} sent a malformed answer"),
            (ExchangeStatus.Truncated, _) => ExtendedErrors.Write(EdeCode.NetworkError, $"upstream {who} truncated its answer and did not send it over TCP"),
            _ => ExtendedErrors.Write(EdeCode.NoReachableAuthority, $"no answer from {Names(group)} within {limit.TotalSeconds:0.#} s"),
        };
    }

    /// <summary>The upstream's own errors, else which one it was.</summary>
    public static byte[] Add(in InspectedResponse response, in UpstreamReply reply) => response.Options.Length > 0
        ? response.Options
        : ExtendedErrors.Write(EdeCode.Other, $"upstream {reply.Upstream?.Address.Text} answered {DnsText.Of(response.Code)}");

    private static string Names(UpstreamGroup group) => string.Join(", ", group.Upstreams.Select(upstream => upstream.Address.Text));
}
