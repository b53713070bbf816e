using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Scenarios.Authoritative;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>
/// BIND and we serve the same zone file, and must say the same, octet for octet of RDATA, with the same TTLs. Two
/// differences are chosen: names that the file does not have are asked outside, and so is DS where the file has none.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ZoneFilePeerTests(ITestOutputHelper output)
{
    private static readonly string[] Names =
    [
        "nas", "www", "long", "mail", "mx1", "mx2", "_acme-challenge", "_dmarc", "_imaps._tcp.mail", "site", "svc", "caa", "_443._tcp.site", "sip", "child", "odd", "a\\.dot",
        "x.lab", "y.x.lab", "host.lab", "deep.below.lab", "x.alias", "30.rev", "NAS", "Www",
    ];

    private static readonly string[] Types = ["A", "AAAA", "TXT", "MX", "CNAME", "SRV", "HTTPS", "SVCB", "CAA", "SSHFP", "TLSA", "NAPTR", "DS", "PTR", "TYPE65280", "LOC"];

    [Fact(Timeout = 300_000)]
    public async Task Answers_as_BIND_does()
    {
        await using var script = new ScriptedServer().When("*", null, reply => reply.Code = ResponseCode.Refused);
        await using var ours = await PeerProcess.StartHomeCloudAsync("--upstream", script.EndPoint.ToString(), "--loop-detection", "false", "--zone-file", AnswerSetup.ZoneFile("example.org.zone"));
        var folder = Directory.CreateTempSubdirectory("zone-peer-");
        var copy = Path.Combine(folder.FullName, "zone");

        // BIND refuses a zone whose server has no address, unless it is elsewhere.
        var text = await File.ReadAllTextAsync(AnswerSetup.ZoneFile("example.org.zone"));
        await File.WriteAllTextAsync(copy, text.Replace("IN NS   ns.example.org.", "IN NS   ns.example.net.", StringComparison.Ordinal));
        await using var bind = await PeerProcess.StartBindAsync("example.org", copy);
        var unexpected = new List<string>();
        var (compared, answered, denied) = (0, 0, 0);

        foreach (var name in Names)
        {
            foreach (var typeText in Types)
            {
                RecordGrammar.TryParseType(typeText, out var type).Should().BeTrue();
                var (mine, theirs) = (await AskAsync(ours, $"{name}.example.org.", type), await AskAsync(bind, $"{name}.example.org.", type));
                compared++;
                if (type == RecordType.Ds && name != "child")
                {
                    // Only child has one in the file. Who validates needs the public domain's own, for the names that stay outside (RFC 4035 §5).
                    mine.Code.Should().Be(ResponseCode.Refused, "upstream refuses: {0}", name);
                    continue;
                }

                answered += theirs.Answers.Count > 0 ? 1 : 0;
                denied += theirs.Answers.Count == 0 ? 1 : 0;
                foreach (var (aspect, left, right) in Aspects(mine, theirs))
                {
                    if (left != right)
                        unexpected.Add($"{name} {typeText} | {aspect} | ours: {left} | BIND: {right}");
                }
            }
        }

        folder.Delete(recursive: true);
        output.WriteLine($"{compared} questions, {answered} with answers, {denied} denied.");
        foreach (var line in unexpected)
            output.WriteLine(line);
        unexpected.Should().BeEmpty(bind.Output);
        answered.Should().BeGreaterThan(40, bind.Output);
        denied.Should().BeGreaterThan(40);
    }

    private static IEnumerable<(string Aspect, string Ours, string Theirs)> Aspects(DnsMessage ours, DnsMessage theirs)
    {
        yield return ("rcode", ours.Code.ToString(), theirs.Code.ToString());
        yield return ("aa", ours.Has(HeaderFlags.Authoritative).ToString(), theirs.Has(HeaderFlags.Authoritative).ToString());
        yield return ("answer", Shown(ours.Answers), Shown(theirs.Answers));
        yield return ("data", Data(ours), Data(theirs));

        // BIND adds NS to what it answers.
        yield return ("soa", Shown(ours.Authorities.Where(IsSoa)), Shown(theirs.Authorities.Where(IsSoa)));
        yield return ("additional", Shown(ours.Additionals), Shown(theirs.Additionals));
    }

    // BIND compresses the names of the oldest types (RFC 3597 §4).
    private static string Data(DnsMessage message)
    {
        var reader = new MessageReader(message.Octets);
        reader.TrySkipQuestion(out _, out _);
        var all = new List<string>();
        foreach (var _ in message.Answers)
        {
            reader.TryReadRecord(out var record).Should().BeTrue();
            var data = new byte[record.DataLength + RecordData.Growth];
            RecordData.TryUnpack(message.Octets, record, data, out var length, out var _).Should().BeTrue();
            all.Add($"{record.Type} {Convert.ToHexStringLower(data.AsSpan(0, length))}");
        }

        return string.Join(' ', all.Order(StringComparer.Ordinal));
    }

    private static bool IsSoa(string record) => record.Split(' ')[2] == "SOA";

    private static string Shown(IEnumerable<string> records) => string.Join("; ", records.Select(record => record.ToLowerInvariant()).Order(StringComparer.Ordinal));

    private static async Task<DnsMessage> AskAsync(PeerProcess server, string name, RecordType type)
    {
        using var asker = new UdpAsker(server.EndPoint);
        return await asker.AskTcpAsync(DnsMessage.Query(name, type));
    }
}
