using System.Net;
using HomeCloud.Net.Wire;

namespace HomeCloud.Net.Stub;

/// <summary>What a stub needs from a DNS answer.</summary>
/// <param name="ResponseCode">RCODE of the header.</param>
/// <param name="Addresses">A and AAAA of the answer section.</param>
/// <param name="Texts">TXT records of the answer section, the strings of one separated by semicolons.</param>
/// <param name="SoaOwner">Owner name of an SOA in the authority section, with its final dot, or null.</param>
/// <param name="IsAuthentic">AD: the server has validated it.</param>
/// <param name="Elapsed">From the query to the answer.</param>
public sealed record StubReply(ResponseCode ResponseCode, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<string> Texts, string? SoaOwner, bool IsAuthentic, TimeSpan Elapsed)
{
    /// <summary>What PTR records of the answer section point to, folded, each with its final dot.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public string CodeText => DnsText.Of(ResponseCode);
}
