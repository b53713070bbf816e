using System.Net;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.Resolving;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Scenarios;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Resolving;

/// <summary>The forwarding stage with its cache, put together as in the server, with a clock for TTLs that the test turns.</summary>
internal sealed class ForwardingHarness : IForwardingTarget
{
    public static readonly ClientAddress Client = ClientAddress.From(IPAddress.Parse("192.168.1.50"));

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ForwardingLimits _limits;
    private readonly ForwardingChanges _changes;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("forwarding-");
    private BlockKeeper? _keeper;

    public ForwardingHarness(ForwardingOptions forwarding, CacheOptions? caching = null, OwnEndPoints? own = null, EdnsResponder? edns = null, ILogger<Forwarder>? log = null, IHomeNames? home = null, ValidationOptions? validation = null, TimeProvider? time = null, ILogger<ValidatedForwarding>? validationLog = null)
    {
        caching ??= new CacheOptions();
        Cache = new AnswerCache(caching);
        Forwarder = new Forwarder(forwarding, own ?? OwnEndPoints.None, TimeProvider.System, log ?? NullLogger<Forwarder>.Instance, home);
        _changes = new ForwardingChanges(Cache, Forwarder, NullLogger<ForwardingChanges>.Instance);
        SafeSearch = new SafeSearch(Blocked, Forwarder, TimeProvider.System);
        edns ??= new EdnsResponder(new EdnsOptions());
        var reply = new ForwardingReply(edns, caching);
        var gate = new BlockGate(Blocked, SafeSearch, home);
        var blocked = new BlockedReply(edns, Blocked);
        _limits = new ForwardingLimits(forwarding.MaxOutstanding, forwarding.MaxOutstandingPerClient);
        if (validation is { Dnssec: not DnssecMode.Off })
        {
            Validated = new ValidatedForwarding(Forwarder, validation, home, time ?? TimeProvider.System, () => Now, validationLog ?? NullLogger<ValidatedForwarding>.Instance);
            Cache.Flushed += Validated.ForgetKeys;
            Validated.Began += () => Cache.Flush(Validated.Concerns);
        }

        Runner = new ForwardingRunner(
            Cache, new CachedResponseBuilder(caching), Forwarder, reply, _limits, Counters, gate, blocked, TimeProvider.System, () => Now, NullLogger<ForwardingRunner>.Instance, Validated);
        Stage = new ForwardingStage(Cache, Forwarder, Runner, reply, Counters, gate, blocked, Validated);
    }

    /// <summary>Monotonic milliseconds, as workers and the cache see them.</summary>
    public long Now { get; set; } = 10_000_000;

    public BlockedNames Blocked { get; } = new();

    public SafeSearch SafeSearch { get; }

    public AnswerCache Cache { get; }

    public CacheCounters Counters { get; } = new();

    public Forwarder Forwarder { get; }

    public ValidatedForwarding? Validated { get; }

    public ForwardingRunner Runner { get; }

    public ForwardingStage Stage { get; }

    public async Task<IReadOnlyList<string>> UpdateListsAsync() => await _keeper!.UpdateNowAsync(null, CancellationToken.None);

    /// <summary>With the block lists that a scenario names.</summary>
    public static async Task<ForwardingHarness> StartAsync(ForwardingOptions forwarding, CacheOptions caching, BlockingOptions blocking, ValidationOptions? validation = null)
    {
        var harness = new ForwardingHarness(forwarding, caching, validation: validation);
        harness._keeper = new BlockKeeper(blocking, harness._directory.FullName, harness.Blocked, null, TimeProvider.System, NullLogger<BlockKeeper>.Instance);
        await harness._keeper.StartAsync(CancellationToken.None);
        return harness;
    }

    public int Waiting => _limits.Count;

    public static ForwardingOptions OptionsFor(params ScriptedServer[] servers) => new() { Upstreams = [.. servers.Select(server => server.EndPoint.ToString())] };

    public Task<DnsMessage> AskAsync(string name, RecordType type = RecordType.A, int edns = 1232, bool dnssecOk = false, HeaderFlags flags = HeaderFlags.RecursionDesired, QueryTransport transport = QueryTransport.Udp) =>
        AskAsync(DnsMessage.Query(name, type, (ushort)Random.Shared.Next(65536), edns, dnssecOk, flags), transport);

    public Task<DnsMessage> AskAsync(byte[] query, QueryTransport transport) => AskAsync(query, transport, client: null);

    public void Advance(long milliseconds) => Now += milliseconds;

    public async Task<DnsMessage> AskAsync(byte[] query, QueryTransport transport = QueryTransport.Udp, ClientAddress? client = null)
    {
        var octets = await Begin(query, transport, client ?? Client, out _).WaitAsync(Patience);
        octets[..2].Should().Equal(query[..2], "the asker's id comes back");
        return DnsMessage.Parse(octets);
    }

    /// <summary>Hands one query in as a worker does.</summary>
    public Task<byte[]> Begin(byte[] query, QueryTransport transport, ClientAddress client, out Disposition disposition)
    {
        var buffer = new byte[transport == QueryTransport.Udp ? 4096 : 65535];
        query.CopyTo(buffer, 0);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        ParsedQuery.TryRead(buffer.AsSpan(0, query.Length), name, out var parsed).Should().Be(QueryParseResult.Query);
        var late = new LateReply();
        var context = new QueryContext { Client = client, Transport = transport, NowMilliseconds = Now, Replies = late };
        disposition = Stage.Resolve(buffer, parsed, context, out var length);
        return disposition == Disposition.Answered ? Task.FromResult(buffer[..length]) : late.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
            await _keeper.StopAsync(CancellationToken.None);
        _keeper?.Dispose();
        _directory.Delete(recursive: true);
        Runner.Dispose();
        await Eventually(() => Runner.Asking == 0);
        Validated?.Dispose();
        SafeSearch.Dispose();
        _changes.Dispose();
        Forwarder.Dispose();
    }

    /// <summary>Polls until a condition holds, at most half a minute.</summary>
    public static async Task Eventually(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            Environment.TickCount64.Should().BeLessThan(deadline, "the condition must come to hold");
            await timer.WaitForNextTickAsync();
        }
    }
}
