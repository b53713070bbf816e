using System.Net;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.DependencyInjection;

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

    /// <summary>A path, and a question that takes it. Words behind the type set the scene: they are <see cref="Way"/>'s.</summary>
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
            await Task.WhenAll(several.Select(async way => await SaysAsync(way.Path, new Way(way.Question), transport, edns)));
    }

    private static async Task SaysAsync(string path, Way way, QueryTransport transport, bool edns)
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
        var way = new Way(question);
        await using var home = await EveryAnswerHome.StartAsync(way);
        var first = DnsMessage.Parse(await home.AskAsync(way.Query(RecordType.A, edns: true), QueryTransport.Udp));
        first.Answers.Should().NotBeEmpty(question);

        var other = DnsMessage.Parse(await home.AskAsync(way.Query(RecordType.Aaaa, edns: true), QueryTransport.Udp));

        AnswerRules.IsNoData(other).Should().BeTrue($"of {question} there is no AAAA, and the answer is {other}");
        other.Authorities.Should().NotBeEmpty();
    }

    /// <summary>A question, and what the world is like when it is asked.</summary>
    internal sealed class Way(string text)
    {
        private readonly string[] _words = text.Split(' ');

        public RecordType Type => Enum.Parse<RecordType>(_words[1], ignoreCase: true);

        public string Scene => _words.ElementAtOrDefault(2) ?? "";

        public byte[] Query(RecordType type, bool edns)
        {
            var query = new QueryBuilder(_words[0], type) { UdpSize = edns || Scene == "version" ? (ushort)1232 : null };
            switch (Scene)
            {
                case "opcode":
                    query.Opcode = Opcode.Notify;
                    break;
                case "version":
                    query.Version = 1;
                    break;
                case "class":
                    query.Class = (RecordClass)4;
                    break;
                case "chaos":
                    query.Class = RecordClass.Chaos;
                    break;
            }

            return query.Build();
        }
    }

    /// <summary>A running server, its names, and the upstream's.</summary>
    private sealed class EveryAnswerHome : IAsyncDisposable
    {
        private const int Crowd = 10;
        private const string Soa = "example. 300 SOA ns.example. root.example. 1 3600 600 86400 60";

        private readonly ScriptedServer _upstream = Upstream();
        private readonly PipelineHarness.FakeStatus _status = new();
        private readonly Way _way;
        private ScenarioServer _server = null!;

        private EveryAnswerHome(Way way) => _way = way;

        public static async Task<EveryAnswerHome> StartAsync(Way way)
        {
            var home = new EveryAnswerHome(way);
            home._status.IsReady = way.Scene != "not-ready";
            home._server = await ScenarioServer.StartAsync(home.Configure, services => services.AddSingleton<IRegistryReader>(new FixedRegistry(Records())), services => services.AddSingleton<IZoneSourceStatus>(home._status));
            home._server.Services.GetRequiredService<NetworkWatch>().Dispose();
            home._server.Services.GetRequiredService<OwnNetworks>().Follow(new MachineReading(
                [new MachineInterface("eth0", 2, true, false, 1, [(IPAddress.Parse("192.168.7.5"), 24)])], IsComplete: true));
            home._server.Displacement.Seen = new Displacement.Places(Address(way.Scene.StartsWith("from=", StringComparison.Ordinal) ? way.Scene[5..] : "192.168.1.7"), Address("192.168.7.5"));
            return home;
        }

        public async Task<byte[]> AskAsync(byte[] query, QueryTransport transport)
        {
            switch (_way.Scene)
            {
                case "again":
                    await _server.AskAsync(query, transport);
                    break;
                case "stale":
                    await _server.AskAsync(query, transport);
                    _server.Displacement.Advance(400_000);
                    _upstream.IsDead = true;
                    break;
                case "dead":
                    _upstream.IsDead = true;
                    break;
                case "crowded":
                    for (var i = 0; i < Crowd; i++)
                        _ = _server.AskAsync(new QueryBuilder($"n{i}.silent.example.", RecordType.A).Build(), QueryTransport.Tcp);
                    await ForwardingHarness.Eventually(() => Enumerable.Range(0, Crowd).All(i => _upstream.Count($"n{i}.silent.example.") > 0));
                    break;
                case "limited" when transport == QueryTransport.Udp:
                    await _server.AskAsync(query, transport);
                    break;
            }

            return (await _server.AskAsync(query, transport))!;
        }

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            await _upstream.DisposeAsync();
        }

        private void Configure(DnsServerOptions options)
        {
            options.Listen.StopGrace = TimeSpan.Zero;
            options.Serving.RateLimit.Exempt.Clear();
            (options.Serving.RateLimit.PerSecond, options.Serving.RateLimit.Burst, options.Serving.RateLimit.Slip) = _way.Scene == "limited" ? (1, 1, 1) : (0, 1, 1);
            options.Forwarding.QueryTimeoutMilliseconds = 1_500;
            options.Cache.StaleClientMilliseconds = 200;
            if (_way.Scene == "crowded")
                (options.Forwarding.MaxOutstanding, options.Forwarding.MaxOutstandingPerClient) = (Crowd, Crowd);
            if (_way.Scene == "nobody")
                options.Forwarding.ResolvConf = options.Forwarding.ResolvedResolvConf = "/dev/null";
            else
                options.Forwarding.Upstreams.Add(_upstream.EndPoint.ToString());
        }

        private static NameRecord[] Records() =>
        [
            Record("airplay", "192.168.1.20") with { Services = [new ServiceEndpoint("ssh", "tcp", 22)] },
            Record("both", "192.168.1.22", "fd00::22"),
            Record("nas", "192.168.1.30") with { Owner = WellKnownOwners.Static },
            Record("music") with { AliasOf = "airplay" },
            Record("broken") with { AliasOf = "nobody" },
            Record("*.wild", "192.168.1.31") with { Reverse = false },
            Record("stopped") with { State = RecordState.Stopped },
            Record("vps", "203.0.113.9"),
        ];

        private static NameRecord Record(string name, params string[] addresses) => new() { Name = name, Owner = "box1", Addresses = [.. addresses.Select(IPAddress.Parse)] };

        private static ClientAddress Address(string text) => ClientAddress.From(IPAddress.Parse(text));

        private static ScriptedServer Upstream()
        {
            var server = new ScriptedServer()
                .When("web.example.", RecordType.A, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
                .When("alias.example.", RecordType.A, reply => reply.Answers.AddRange(["@ 300 CNAME web.example.", "web.example. 300 A 192.0.2.1"]))
                .When("alias.example.", null, reply =>
                {
                    reply.Answers.Add("@ 300 CNAME web.example.");
                    reply.Authorities.Add(Soa);
                })
                .When("long.example.", null, reply => reply.Filler = 3_000)
                .When("nosoa.example.", RecordType.A, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
                .When("nosoa.example.", null, _ => { })
                .When("rebind.example.", null, reply => reply.Answers.Add("@ 300 A 192.168.1.1"))
                .When("othertype.example.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
                .When("failing.example.", null, reply => reply.Code = ResponseCode.ServerFailure)
                .When("bogus.example.", null, reply =>
                {
                    reply.Code = ResponseCode.ServerFailure;
                    reply.Errors.Add((EdeCode.DnssecBogus, "signature expired"));
                })
                .When("refused.example.", null, reply => reply.Code = ResponseCode.Refused)
                .When("notimp.example.", null, reply => reply.Code = ResponseCode.NotImplemented)
                .When("garbage.example.", null, reply => reply.Behaviours.Add("garbage"))
                .When("noedns.example.", null, reply =>
                {
                    reply.Answers.Add("@ 300 A 192.0.2.1");
                    reply.Behaviours.Add("formerr-on-edns");
                })
                .When("circle.example.", null, reply => reply.Answers.AddRange(["@ 300 CNAME b.example.", "b.example. 300 CNAME circle.example."]))
                .When("silent.example.", null, reply => reply.Behaviours.Add("silence"))
                .When("*.silent.example.", null, reply => reply.Behaviours.Add("silence"));
            foreach (var name in (string[])["web.example.", "home.arpa."])
                server.When(name, null, reply => reply.Authorities.Add(Soa));
            return server.When("*", null, reply =>
            {
                reply.Code = ResponseCode.NameError;
                reply.Authorities.Add(Soa);
            });
        }
    }
}
