using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;

namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>What came of asking one upstream.</summary>
/// <param name="Upstream">Who was asked.</param>
/// <param name="Status">Whether there was an answer at all.</param>
/// <param name="Response">The answer, when there was one.</param>
/// <param name="Problem">For a person, when there was none.</param>
/// <param name="Age">Seconds that the answer spent in HTTP caches.</param>
internal readonly record struct UpstreamReply(Upstream? Upstream, ExchangeStatus Status, InspectedResponse Response, string? Problem, uint Age)
{
    public bool IsUsable => Status == ExchangeStatus.Answered && Response.Verdict == ResponseVerdict.Usable;

    /// <summary>Nobody else needs to be asked: there is an answer, or a validating upstream says that it is forged.</summary>
    public bool IsFinal => IsUsable || (Status == ExchangeStatus.Answered && Response.Verdict == ResponseVerdict.Failure && ExtendedErrors.SayBogus(Response.Options));
}
