using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Serving;

/// <summary>Seeded, so that a failure comes again. Whatever is sent: nothing throws, and what is answered is a well-formed answer to it.</summary>
[Trait("Category", "Slow")]
public class QueryFuzzTests
{
    private static readonly string[] Names =
    [
        "airplay.home.", "nothing.home.arpa.", "x.apps.home.", "music.home.", "_http._tcp.airplay.home.", "home.", "check.home.",
        "20.1.168.192.in-addr.arpa.", "1.0.0.10.in-addr.arpa.", "localhost.", "a.b.c.d.e.f.g.home.", "stopped.home.", "www.example.com.",
        "version.bind.", "loop.home.", new string('a', 63) + "." + new string('b', 63) + "." + new string('c', 63) + "." + new string('d', 55) + ".home.",
    ];

    private static readonly RecordType[] Types =
    [
        RecordType.A, RecordType.Aaaa, RecordType.Txt, RecordType.Any, RecordType.Soa, RecordType.Ns, RecordType.Srv, RecordType.Ptr,
        RecordType.Axfr, RecordType.Ixfr, RecordType.Cname, RecordType.Https, RecordType.Ds, (RecordType)65280,
    ];

    [Theory]
    [InlineData(1, QueryTransport.Udp)]
    [InlineData(2, QueryTransport.Tcp)]
    [InlineData(3, QueryTransport.Tls)]
    public void A_hundred_thousand_mutated_queries_do_no_harm(int seed, QueryTransport transport)
    {
        var random = new Random(seed);
        var harness = Harness(transport);
        var buffer = new byte[transport == QueryTransport.Udp ? 4096 : 65535];
        var rounds = transport == QueryTransport.Udp ? 100_000 : 10_000;
        for (var round = 0; round < rounds; round++)
        {
            var query = Mutate(random, Build(random));
            Array.Clear(buffer);
            var disposition = harness.Handle(query, buffer, out var length);
            if (disposition == Disposition.Answered)
                CheckAnswer(query, buffer.AsSpan(0, length), harness, transport);
            else
                length.Should().Be(0);
        }
    }

    private static PipelineHarness Harness(QueryTransport transport)
    {
        var harness = new PipelineHarness(options =>
        {
            options.RateLimit.PerSecond = 0;
            options.Edns.ServerId = "box1";
        }).With(
            Record("airplay", "192.168.1.20", "fd00::20") with { Services = [new ServiceEndpoint("http", "tcp", 80)] },
            Record("*.apps", "192.168.1.24"),
            Record("stopped") with { State = RecordState.Stopped },
            Record("music") with { AliasOf = "airplay" },
            Record("loop") with { AliasOf = "loop" },
            Record("many", [.. Enumerable.Range(1, 200).Select(i => $"10.0.0.{i}")]));
        harness.Transport = transport;
        harness.Client = ClientAddress.From(IPAddress.Loopback);
        return harness;
    }

    private static byte[] Build(Random random)
    {
        var query = new QueryBuilder(Names[random.Next(Names.Length)], Types[random.Next(Types.Length)])
        {
            Id = (ushort)random.Next(65536),
            Flags = (HeaderFlags)random.Next(65536) & ~HeaderFlags.Response & ~HeaderFlags.OpcodeMask,
            Class = random.Next(20) == 0 ? RecordClass.Chaos : RecordClass.Internet,
        };
        if (random.Next(2) == 0)
            query.UdpSize = (ushort)random.Next(65536);
        if (random.Next(3) == 0)
            query.Option(EdnsOptionCode.Cookie, new byte[random.Next(2) == 0 ? 8 : 24]);
        if (random.Next(3) == 0)
            query.Option(EdnsOptionCode.Nsid).Option(EdnsOptionCode.TcpKeepalive).Option(EdnsOptionCode.Padding, new byte[random.Next(40)]);
        return query.Build();
    }

    private static byte[] Mutate(Random random, byte[] query)
    {
        for (var flips = random.Next(4); flips > 0; flips--)
        {
            switch (random.Next(4))
            {
                case 0:
                    query = query[..random.Next(query.Length + 1)];
                    break;
                case 1:
                    query = [.. query, .. query[random.Next(query.Length + 1)..]];
                    break;
                default:
                    if (query.Length > 0)
                        query[random.Next(query.Length)] = (byte)random.Next(256);
                    break;
            }
        }

        return query.Length > 1200 ? query[..1200] : query;
    }

    private static void CheckAnswer(byte[] query, ReadOnlySpan<byte> response, PipelineHarness harness, QueryTransport transport)
    {
        var message = MessageText.Parse(response);
        if (message.Id != MessageHeader.Id(query) || (message.Flags & HeaderFlags.Response) == 0 || (MessageHeader.Flags(query) & HeaderFlags.Response) != 0)
            throw new InvalidOperationException("not an answer to this query");

        var parsed = ParsedQuery.TryRead(query, new byte[255], out var asked);
        if (MessageHeader.QuestionCount(response) == 1 && !response[12..asked.QuestionEnd].SequenceEqual(query.AsSpan(12, asked.QuestionEnd - 12)))
            throw new InvalidOperationException("the question is not echoed");
        if (message.Opt is not null && !asked.Edns.Present)
            throw new InvalidOperationException("OPT without OPT");
        if (parsed == QueryParseResult.FormatError && message.Code is not "FORMERR")
            throw new InvalidOperationException($"{message.Code} to a malformed query");
        ReplyTerms.Read(asked, harness.Context(), out var terms);
        if (response.Length > harness.Edns.MaxLength(terms, 65535))
            throw new InvalidOperationException("too long");
        if (transport == QueryTransport.Udp && !asked.Edns.Present && response.Length > 512)
            throw new InvalidOperationException("over 512 octets without EDNS");
    }

    private static NameRecord Record(string name, params string[] addresses) => new()
    {
        Name = name,
        Owner = "box1",
        Since = DateTimeOffset.UnixEpoch.AddYears(50),
        Addresses = [.. addresses.Select(IPAddress.Parse)],
    };
}
