using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <summary>What came of a question that was asked outside.</summary>
/// <param name="Outcome">Whether there is an answer.</param>
/// <param name="Message">Without OPT; empty when no upstream said anything.</param>
/// <param name="Code">RCODE, the bits of the OPT record included.</param>
/// <param name="Options">Whole EDNS options for the asker: extended errors, the upstream's or ours.</param>
/// <param name="Age">Seconds that the answer spent in HTTP caches.</param>
/// <param name="DenialTtl">How long an answer without SOA that says less than the upstream did may be remembered, in seconds; null: not at all.</param>
/// <param name="Verdict">What validation found.</param>
/// <param name="From">Who answered last.</param>
/// <param name="Rebind">Which private addresses are to be dropped once it is judged; null: it was done.</param>
/// <param name="MayCache">Whether a failure may be remembered.</param>
internal readonly record struct ForwardResult(ForwardOutcome Outcome, byte[] Message, ResponseCode Code, byte[] Options, uint Age, uint? DenialTtl = null, Security Verdict = Security.Unchecked, Upstream? From = null, RebindPolicy? Rebind = null, bool MayCache = true);

internal enum ForwardOutcome
{
    /// <summary>NOERROR or NXDOMAIN.</summary>
    Answered,

    /// <summary>No upstream gave a usable answer: an old one may stand in (RFC 8767).</summary>
    Failed,

    /// <summary>A validating upstream says that the data is forged: nothing may stand in.</summary>
    Bogus,
}
