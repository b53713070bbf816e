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

/// <summary>A running server, its names, and the upstream's.</summary>
internal sealed class EveryAnswerHome : IAsyncDisposable
{
    private const int Crowd = 10;
    private const string Soa = "example. 300 SOA ns.example. root.example. 1 3600 600 86400 60";

    private readonly ScriptedServer _upstream = Upstream();
    private readonly PipelineHarness.FakeStatus _status = new();
    private readonly EveryAnswerWay _way;
    private ScenarioServer _server = null!;

    private EveryAnswerHome(EveryAnswerWay way) => _way = way;

    public static async Task<EveryAnswerHome> StartAsync(EveryAnswerWay way)
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

/// <summary>A question, and what the world is like when it is asked.</summary>
internal sealed class EveryAnswerWay(string text)
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
