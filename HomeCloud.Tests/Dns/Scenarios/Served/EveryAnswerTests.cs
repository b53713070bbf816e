using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>
/// Every way that the running server has to answer, over every transport, with and without EDNS, held to <see cref="AnswerRules"/>;
/// and AAAA beside an A is NODATA, never an error: musl and nginx else lose the A too.
/// </summary>
[Trait("Category", "Slow")]
public sealed class EveryAnswerTests
{
    private const int Deadline = 120_000;

    /// <summary>Some upstreams are slow to fail.</summary>
    private const int AtOnce = 12;

    /// <summary>A path, and a question that takes it. Words behind the type set the scene: they are <see cref="EveryAnswerWay"/>'s.</summary>
    private static readonly (string Path, string Question)[] Paths =
    [
        ("a container's name", "airplay.home. A"),
        ("a container's name with IPv6", "both.home. AAAA"),
        ("a name that a person added", "nas.home. A"),
        ("an alias of ours", "music.home. A"),
        ("an alias of ours that leads nowhere", "broken.home. A"),
        ("a wildcard", "x.wild.home. A"),
        ("a stopped container", "stopped.home. A"),
        ("a name of ours that does not exist", "nothing.home. A"),
        ("another type of ours", "airplay.home. MX"),
        ("the service of a name", "_ssh._tcp.airplay.home. SRV"),
        ("the zone itself", "home. SOA"),
        ("the zone's servers", "home. NS"),
        ("an address of the zone itself", "home. A"),
        ("everything about a name", "airplay.home. ANY"),
        ("check.home", "check.home. TXT"),
        ("check.home's address", "check.home. A"),
        ("a reverse name", "20.1.168.192.in-addr.arpa. PTR"),
        ("a reverse name that nobody has", "21.1.168.192.in-addr.arpa. PTR"),
        ("a public reverse name of ours", "9.113.0.203.in-addr.arpa. A"),
        ("the server's own address", "5.7.168.192.in-addr.arpa. PTR"),
        ("another type of the server's own address", "5.7.168.192.in-addr.arpa. TXT"),
        ("an empty private zone", "4.3.2.10.in-addr.arpa. PTR"),
        ("the name of an empty private zone", "10.in-addr.arpa. A"),
        ("localhost", "localhost. A"),
        ("another type of localhost", "localhost. MX"),
        ("what resolvers are asked about themselves", "_dns.resolver.arpa. SVCB"),
        ("a name that is nobody's", "x.invalid. A"),
        ("a browser's question whether it may bypass us", "use-application-dns.net. A"),
        ("a single label of ours", "airplay. A"),
        ("another type of a single label", "airplay. AAAA"),
        ("a single label that is nobody's", "printer. A"),
        ("while names are being loaded", "nothing.home. A not-ready"),
        ("a single label while names are being loaded", "printer. A not-ready"),
        ("a forwarded name", "web.example. A"),
        ("a forwarded name, cached", "web.example. A again"),
        ("a forwarded name without this type", "web.example. AAAA"),
        ("the same, cached", "web.example. AAAA again"),
        ("a forwarded alias", "alias.example. A"),
        ("a forwarded alias without this type", "alias.example. AAAA"),
        ("a forwarded name that does not exist", "gone.example. A"),
        ("a forwarded name that is too long for UDP", "long.example. TXT"),
        ("NODATA without SOA from upstream", "nosoa.example. AAAA"),
        ("the same, cached", "nosoa.example. AAAA again"),
        ("a private address from upstream", "rebind.example. A"),
        ("records of another type from upstream", "othertype.example. AAAA"),
        ("an upstream that fails", "failing.example. A"),
        ("the same, cached", "failing.example. A again"),
        ("an upstream that finds it bogus", "bogus.example. A"),
        ("an upstream that refuses", "refused.example. A"),
        ("an upstream without the opcode", "notimp.example. A"),
        ("an upstream that sends nonsense", "garbage.example. A"),
        ("an upstream that knows no EDNS", "noedns.example. A"),
        ("a circle of aliases from upstream", "circle.example. A"),
        ("an upstream that is silent", "silent.example. A"),
        ("an upstream that is dead", "web.example. A dead"),
        ("an old answer while the upstream is dead", "web.example. A stale"),
        ("too many questions that wait", "web.example. A crowded"),
        ("no upstream at all", "web.example. A nobody"),
        ("a client from elsewhere", "airplay.home. A from=8.8.8.8"),
        ("a client that asks too much", "airplay.home. A limited"),
        ("a transfer that nobody allowed", "home. AXFR"),
        ("a type of no data", "home. TKEY"),
        ("an opcode that we do not know", "airplay.home. A opcode"),
        ("a newer EDNS", "airplay.home. A version"),
        ("another class", "airplay.home. A class"),
        ("which server this is", "version.bind. TXT chaos"),
        ("DS of home.arpa", "home.arpa. DS"),
    ];

    [Theory(Timeout = Deadline)]
    [InlineData(QueryTransport.Udp, true)]
    [InlineData(QueryTransport.Udp, false)]
    [InlineData(QueryTransport.Tcp, true)]
    [InlineData(QueryTransport.Tcp, false)]
    [InlineData(QueryTransport.Tls, true)]
    [InlineData(QueryTransport.Tls, false)]
    public async Task Says_what_clients_depend_on(QueryTransport transport, bool edns)
    {
        foreach (var several in Paths.Chunk(AtOnce))
            await Task.WhenAll(several.Select(async way => await SaysAsync(way.Path, new EveryAnswerWay(way.Question), transport, edns)));
    }

    private static async Task SaysAsync(string path, EveryAnswerWay way, QueryTransport transport, bool edns)
    {
        await using var home = await EveryAnswerHome.StartAsync(way);
        var query = way.Query(way.Type, edns);
        var response = await home.AskAsync(query, transport);
        response.Should().NotBeNull(path);
        using var here = new FluentAssertions.Execution.AssertionScope($"{path} ({transport})");
        AnswerRules.Hold(query, response);
    }

    [Theory(Timeout = Deadline)]
    [InlineData("airplay.home. A")]
    [InlineData("nas.home. A")]
    [InlineData("music.home. A")]
    [InlineData("x.wild.home. A")]
    [InlineData("check.home. A")]
    [InlineData("ns.home. A")]
    [InlineData("airplay. A")]
    [InlineData("web.example. A")]
    [InlineData("alias.example. A")]
    [InlineData("nosoa.example. A")]
    [InlineData("othertype.example. A")]
    public async Task Beside_an_address_of_one_family_the_other_is_nothing_and_no_error(string question)
    {
        var way = new EveryAnswerWay(question);
        await using var home = await EveryAnswerHome.StartAsync(way);
        var first = DnsMessage.Parse(await home.AskAsync(way.Query(RecordType.A, edns: true), QueryTransport.Udp));
        first.Answers.Should().NotBeEmpty(question);

        var other = DnsMessage.Parse(await home.AskAsync(way.Query(RecordType.Aaaa, edns: true), QueryTransport.Udp));

        AnswerRules.IsNoData(other).Should().BeTrue($"of {question} there is no AAAA, and the answer is {other}");
        other.Authorities.Should().NotBeEmpty();
    }
}
