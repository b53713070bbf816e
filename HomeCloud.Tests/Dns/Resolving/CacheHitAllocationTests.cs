using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Resolving;

/// <summary>A hit is finished on the worker that received it, and leaves nothing for the garbage collector: measured over 100,000 queries of each kind, through the whole pipeline.</summary>
[Trait("Category", "Slow")]
public sealed class CacheHitAllocationTests
{
    private const int Queries = 100_000;

    // RFC 7873 §4: eight octets of the client's choice.
    private static readonly byte[] ClientCookie = [1, 2, 3, 4, 5, 6, 7, 8];

    public static TheoryData<string, ResponseCode> Kinds => new()
    {
        { "www.example.", ResponseCode.NoError },
        { "none.example.", ResponseCode.NameError },
        { "nodata.example.", ResponseCode.NoError },
        { "stale.example.", ResponseCode.NoError },
        { "failed.example.", ResponseCode.ServerFailure },
        { "explained.example.", ResponseCode.NoError },
    };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Kinds))]
    public async Task Hits_allocate_nothing(string name, ResponseCode code)
    {
        // The limiter counts, but lets all pass.
        var serving = new PipelineHarness(options => (options.Edns.Cookies, options.RateLimit.PerSecond, options.RateLimit.Burst) = (true, 1_000_000, 1_000_000));
        await using var server = Upstream();
        await using var forwarding = await FilledAsync(server, serving.Edns, name);

        byte[][] queries =
        [
            new QueryBuilder(name, RecordType.A).Build(),
            new QueryBuilder(name, RecordType.A) { UdpSize = 1232 }.Build(),
            new QueryBuilder(name, RecordType.A).Option(EdnsOptionCode.Cookie, ClientCookie).Build(),
        ];
        foreach (var query in queries)
            Measure(serving, forwarding, query, code).Should().Be(0);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Kinds))]
    public async Task Hits_of_a_client_over_the_limit_that_proves_its_address_allocate_nothing(string name, ResponseCode code)
    {
        var serving = new PipelineHarness(options => (options.Edns.Cookies, options.RateLimit.PerSecond, options.RateLimit.Burst) = (true, 1, 1));
        await using var server = Upstream();
        await using var forwarding = await FilledAsync(server, serving.Edns, name);
        var first = new QueryBuilder(name, RecordType.A).Option(EdnsOptionCode.Cookie, ClientCookie).Build();
        var cookie = (await forwarding.AskAsync(first, client: serving.Client)).Options[EdnsOptionCode.Cookie];

        var query = new QueryBuilder(name, RecordType.A).Option(EdnsOptionCode.Cookie, cookie).Build();
        Measure(serving, forwarding, query, code).Should().Be(0);
    }

    private static ScriptedServer Upstream() => new ScriptedServer()
        .When("www.example.", null, reply => reply.Answers.AddRange(["@ 300 A 192.0.2.1", "@ 300 A 192.0.2.2"]))
        .When("none.example.", null, reply =>
        {
            reply.Code = ResponseCode.NameError;
            reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 2 3 4 300");
        })
        .When("nodata.example.", null, reply => reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 2 3 4 300"))
        .When("stale.example.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
        .When("failed.example.", null, reply => reply.Code = ResponseCode.ServerFailure)
        .When("explained.example.", null, reply =>
        {
            reply.Answers.Add("@ 300 A 192.0.2.1");
            reply.Errors.Add((EdeCode.ForgedAnswer, "as you wished"));
        });

    private static async Task<ForwardingHarness> FilledAsync(ScriptedServer server, EdnsResponder edns, string name)
    {
        var forwarding = new ForwardingHarness(ForwardingHarness.OptionsFor(server), new CacheOptions { Prefetch = false }, edns: edns);
        await forwarding.AskAsync(name);
        if (name == "stale.example.")
        {
            forwarding.Now += 301_000;
            forwarding.Cache.Snapshot()[0].StartRecheck(forwarding.Now + 1_000_000);
        }

        return forwarding;
    }

    private static long Measure(PipelineHarness serving, ForwardingHarness forwarding, byte[] query, ResponseCode code)
    {
        serving.Now = forwarding.Now;
        var pipeline = serving.PipelineOver(forwarding.Stage);
        var buffer = new byte[4096];
        var answer = DnsMessage.Parse(buffer.AsSpan(0, Run(pipeline, serving.Context(), query, buffer, 200)));
        answer.Code.Should().Be(code);
        answer.Has(HeaderFlags.Truncated).Should().BeFalse();
        var hits = forwarding.Counters.Hits + forwarding.Counters.StaleHits;
        var allocated = Allocations.Least(() => Run(pipeline, serving.Context(), query, buffer, Queries));
        (forwarding.Counters.Hits + forwarding.Counters.StaleHits - hits).Should().BeGreaterThanOrEqualTo(Queries);
        return allocated;
    }

    private static int Run(QueryPipeline pipeline, in QueryContext context, byte[] query, byte[] buffer, int count)
    {
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            query.CopyTo(buffer, 0);
            if (pipeline.Handle(buffer, query.Length, context, out length) != Disposition.Answered)
                throw new InvalidOperationException("not answered");
        }

        return length;
    }
}
