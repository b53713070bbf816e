using System.Globalization;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Telemetry.QueryLog;

/// <summary>
/// One line a query, columns with one space between: time, client, transport, QNAME, QTYPE, RCODE, source, microseconds
/// (<c>-</c> where not measured). For instance
/// <c>2026-01-31T18:00:00.123Z 192.168.1.30 udp airplay.home. A NOERROR local -</c>.
/// </summary>
internal static class QueryLogLine
{
    private const int KeptLabels = 2;

    public static string Format(in QueryRecord record, QueryLogPrivacy privacy)
    {
        var time = new DateTime(record.Time, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var took = record.Microseconds == 0 ? "-" : record.Microseconds.ToString(CultureInfo.InvariantCulture);
        return $"{time} {Client(record.Client, privacy)} {Transport(record.Transport)} {Name(record, privacy)} {DnsText.Of(record.Type)} {DnsText.Of(record.ResponseCode)} {Source(record)} {took}";
    }

    private static string Client(ClientAddress client, QueryLogPrivacy privacy) => privacy switch
    {
        QueryLogPrivacy.Full => client.ToString(),
        QueryLogPrivacy.Network when client.IsIPv4 => ClientAddress.FromIPv4(client.IPv4 & 0xFFFF_FF00) + "/24",
        QueryLogPrivacy.Network => new ClientAddress(client.High & ~0xFFUL, 0) + "/56",
        _ => "-",
    };

    // Octets that are no plain letters appear as \DDD, so that a hostile name cannot forge a line.
    private static string Name(in QueryRecord record, QueryLogPrivacy privacy)
    {
        if (record.NameLength == 0)
            return "-";
        var name = record.Name;
        if (privacy == QueryLogPrivacy.Minimal && record.Source != AnswerSource.Local)
        {
            for (var labels = DnsName.CountLabels(name); labels > KeptLabels; labels--)
                name = DnsName.Parent(name);
        }

        return DnsName.ToText(name).Replace(" ", @"\032", StringComparison.Ordinal);
    }

    private static string Transport(QueryTransport transport) => transport switch
    {
        QueryTransport.Udp => "udp",
        QueryTransport.Tcp => "tcp",
        QueryTransport.Https => "doh",
        _ => "tls",
    };

    private static string Source(in QueryRecord record) => record.Source switch
    {
        AnswerSource.Blocked => $"blocked:{record.BlockedBy}",
        AnswerSource.Local => "local",
        AnswerSource.Immediate => Judged("immediate", record.Verdict),
        _ => Judged("forwarded", record.Verdict),
    };

    private static string Judged(string source, Security verdict) => verdict == Security.Unchecked ? source : $"{source}:{DnsText.Of(verdict)}";
}
