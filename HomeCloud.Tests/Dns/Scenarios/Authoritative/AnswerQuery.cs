using System.Globalization;
using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Net.Wire;

namespace HomeCloud.Tests.Dns.Scenarios.Authoritative;

/// <summary>A question of a scenario: its octets, who asks, and over what.</summary>
internal sealed class AnswerQuery
{
    public AnswerQuery(string[] words)
    {
        if (words[0] == "hex")
        {
            Octets = WireBytes.Parse(string.Join(' ', words[1..]));
            return;
        }

        var query = new QueryBuilder(words[1], Enum.TryParse<RecordType>(words[2], ignoreCase: true, out var type) || RecordGrammar.TryParseType(words[2], out type) ? type : throw new FormatException(words[2]));
        foreach (var pair in words[3..].Select(word => word.Split('=', 2)))
            Apply(query, pair[0], pair.Length > 1 ? pair[1] : "");
        Octets = query.Build();
    }

    public byte[] Octets { get; }

    public QueryTransport Transport { get; private set; } = QueryTransport.Udp;

    public ClientAddress Client { get; private set; } = ClientAddress.From(IPAddress.Parse("192.168.1.7"));

    public ClientAddress Local { get; private set; } = ClientAddress.From(IPAddress.Parse("192.168.1.5"));

    private void Apply(QueryBuilder query, string word, string value)
    {
        switch (word)
        {
            case "-rd":
                query.Flags &= ~HeaderFlags.RecursionDesired;
                break;
            case "ad":
                query.Flags |= HeaderFlags.AuthenticData;
                break;
            case "cd":
                query.Flags |= HeaderFlags.CheckingDisabled;
                break;
            case "z":
                query.Flags |= HeaderFlags.Reserved;
                break;
            case "edns":
                query.UdpSize = value.Length == 0 ? (ushort)1232 : ushort.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "do":
                query.DnssecOk = true;
                break;
            case "version":
                query.Version = byte.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "nsid":
                query.Option(EdnsOptionCode.Nsid);
                break;
            case "cookie":
                query.Option(EdnsOptionCode.Cookie, value.Length == 0 ? [1, 2, 3, 4, 5, 6, 7, 8] : Convert.FromHexString(value));
                break;
            case "keepalive":
                query.Option(EdnsOptionCode.TcpKeepalive);
                break;
            case "padding":
                query.Option(EdnsOptionCode.Padding, new byte[16]);
                break;
            case "unknown-option":
                query.Option((EdnsOptionCode)65001, 1, 2, 3);
                break;
            case "tcp" or "tls":
                Transport = Enum.Parse<QueryTransport>(word, ignoreCase: true);
                break;
            case "from":
                Client = ClientAddress.From(IPAddress.Parse(value));
                break;
            case "to":
                Local = ClientAddress.From(IPAddress.Parse(value));
                break;
            case "class":
                query.Class = value == "CH" ? RecordClass.Chaos : (RecordClass)ushort.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "opcode":
                query.Opcode = Enum.Parse<Opcode>(value, ignoreCase: true);
                break;
            default:
                throw new FormatException($"'{word}'?");
        }
    }
}
