using System.Net;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <param name="Verdict">What it is worth.</param>
/// <param name="Message">Without OPT and without dropped records; empty unless usable or a failure.</param>
/// <param name="Code">RCODE with the bits from the OPT record.</param>
/// <param name="Options">Whole EDNS options to hand on: extended errors.</param>
/// <param name="HasEdns">Whether the upstream sent an OPT record.</param>
/// <param name="Blocked">A private address that was dropped from the answer.</param>
/// <param name="DroppedTtl">The least TTL of dropped answers, in seconds.</param>
/// <param name="Continues">The name at which the aliases end without an answer: it has to be asked for.</param>
internal readonly record struct InspectedResponse(
    ResponseVerdict Verdict,
    byte[] Message,
    ResponseCode Code,
    byte[] Options,
    bool HasEdns,
    IPAddress? Blocked = null,
    uint? DroppedTtl = null,
    byte[]? Continues = null)
{
    public static InspectedResponse Bad(ResponseVerdict verdict) => new(verdict, [], ResponseCode.ServerFailure, [], false);
}
