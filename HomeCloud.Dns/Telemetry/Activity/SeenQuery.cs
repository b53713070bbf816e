using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Net.Wire;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Dns.Telemetry.Activity;

/// <summary>One query for a person to look at.</summary>
/// <param name="Time">When it was answered, in UTC.</param>
/// <param name="Client">Who asked.</param>
/// <param name="Transport"><c>udp</c>, <c>tcp</c>, <c>tls</c> or <c>doh</c>.</param>
/// <param name="Name">QNAME in presentation form, escaped.</param>
/// <param name="Type">QTYPE as dig prints it.</param>
/// <param name="ResponseCode">RCODE as dig prints it.</param>
/// <param name="Source">Where the answer came from.</param>
/// <param name="Duration">Null where it was not measured.</param>
public sealed record SeenQuery(
    DateTimeOffset Time,
    IPAddress Client,
    string Transport,
    string Name,
    string Type,
    string ResponseCode,
    AnswerSource Source,
    TimeSpan? Duration)
{
    /// <summary>As the page shows it.</summary>
    public DnsQueryView ToView() => new(
        Time,
        Client.ToString(),
        Name,
        Type,
        ResponseCode,
        Source switch { AnswerSource.Local => "our zones", AnswerSource.Immediate => "cache", AnswerSource.Blocked => "blocked", _ => "forwarded" },
        Math.Round(Duration?.TotalMilliseconds ?? 0, 1));

    internal static SeenQuery From(in QueryRecord record) => new(
        new DateTimeOffset(record.Time, TimeSpan.Zero),
        record.Client.ToIPAddress(),
        record.Transport switch { QueryTransport.Udp => "udp", QueryTransport.Tcp => "tcp", QueryTransport.Https => "doh", _ => "tls" },
        record.NameLength == 0 ? "-" : DnsName.ToText(record.Name),
        DnsText.Of(record.Type),
        DnsText.Of(record.ResponseCode),
        record.Source,
        record.Microseconds == 0 ? null : TimeSpan.FromMicroseconds(record.Microseconds));
}
