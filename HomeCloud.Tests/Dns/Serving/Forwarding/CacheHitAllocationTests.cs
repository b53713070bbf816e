using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Serving.Forwarding;

/// <summary>A hit is finished on the worker that received it, and leaves nothing for the garbage collector.</summary>
public sealed class CacheHitAllocationTests
{
    private const int Rounds = 100_000;

    public static TheoryData<string, int, bool> Kinds => new()
    {
        { "www.example.", 0, false }, { "www.example.", 1232, false }, { "www.example.", 1232, true },
        { "none.example.", 1232, false }, { "stale.example.", 1232, false }, { "failed.example.", 1232, false }, { "explained.example.", 1232, false },
    };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Kinds))]
    public async Task A_hundred_thousand_hits_allocate_nothing(string name, int edns, bool cookie)
    {
        await using var server = new ScriptedServer();
        server
            .When("www.example.", null, reply => reply.Answers.AddRange(["@ 300 A 192.0.2.1", "@ 300 A 192.0.2.2"]))
            .When("stale.example.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
            .When("failed.example.", null, reply => reply.Code = ResponseCode.ServerFailure)
            .When("explained.example.", null, reply =>
            {
                reply.Answers.Add("@ 300 A 192.0.2.1");
                reply.Errors.Add((EdeCode.ForgedAnswer, "as you wished"));
            })
            .When("none.example.", null, reply =>
            {
                reply.Code = ResponseCode.NameError;
                reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 2 3 4 300");
            });
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(server), new CacheOptions { Prefetch = false });
        await harness.AskAsync(name);
        if (name == "stale.example.")
        {
            harness.Now += 301_000;
            harness.Cache.Snapshot()[0].StartRecheck(harness.Now + 1_000_000);
        }

        var query = DnsMessage.Query(name, RecordType.A, edns: edns);
        if (cookie) query = WithCookie(query);
        var late = new LateReply();
        var buffer = new byte[4096];
        Run(harness, query, buffer, late, 2_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(harness, query, buffer, late, Rounds);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(Rounds / 100, "only the runtime's own housekeeping may show");
    }

    private static void Run(ForwardingHarness harness, byte[] query, byte[] buffer, LateReply late, int rounds)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        for (var i = 0; i < rounds; i++)
        {
            query.CopyTo(buffer, 0);
            ParsedQuery.TryRead(buffer.AsSpan(0, query.Length), name, out var parsed);
            var context = new QueryContext { Client = ForwardingHarness.Client, Transport = QueryTransport.Udp, NowMilliseconds = harness.Now, Replies = late };
            if (harness.Stage.Resolve(buffer, parsed, context, out _) != Disposition.Answered) throw new InvalidOperationException("Not a hit.");
        }
    }

    // RFC 7873 §4: a client cookie of eight octets.
    private static byte[] WithCookie(byte[] query)
    {
        byte[] message = [.. query, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        message[query.Length - 1] = 12;
        return message;
    }
}
