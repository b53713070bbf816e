using HomeCloud.Dns.Wire;

namespace HomeCloud.Dns.Forwarding;

/// <param name="Verdict">What it is worth.</param>
/// <param name="Message">Without OPT and without dropped records; empty unless usable or a failure.</param>
/// <param name="Code">RCODE with the bits from the OPT record.</param>
/// <param name="Options">Whole EDNS options to hand on: extended errors.</param>
/// <param name="HasEdns">Whether the upstream sent an OPT record.</param>
/// <param name="Dropped">Records that were not believed.</param>
internal readonly record struct InspectedResponse(
    ResponseVerdict Verdict,
    byte[] Message,
    ResponseCode Code,
    byte[] Options,
    bool HasEdns,
    int Dropped)
{
    public static InspectedResponse Bad(ResponseVerdict verdict) => new(verdict, [], ResponseCode.ServerFailure, [], false, 0);
}
