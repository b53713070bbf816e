using HomeCloud.Registry;
using HomeCloud.Registry.Journals;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Agent.Web.Dns;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>Questions to the DNS servers of a home, over a real Redis.</summary>
[Trait("Category", "Slow")]
public sealed class RedisJournalLineTests : IDisposable
{
    private static readonly JournalInquiry Inquiry = new(JournalKind.Statistics);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Every_page_hears_every_DNS_server_once_and_Redis_keeps_nothing_of_it()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var one = Open(redis, "one");
        await using var two = Open(redis, "two");
        await using var page = Open(redis, "page");
        one.Answer(Server("192.168.1.53", 7));
        await Deadline.UntilAsync(() => one.Health.Connected && two.Health.Connected && page.Health.Connected, "all are connected");
        two.Answer(Server("192.168.1.54", 5));
        var keys = redis.Cli("KEYS", "*");

        await Deadline.UntilAsync(async () => (await page.AskAsync(Inquiry, default)).Count == 2, "both have subscribed");
        foreach (var asker in new[] { page, one, two })
        {
            for (var i = 0; i < 20; i++)
                (await asker.AskAsync(Inquiry, default)).Select(report => (report.Server, report.Statistics!.Queries)).Should().Equal(("192.168.1.53", 7), ("192.168.1.54", 5));
        }

        redis.Cli("KEYS", "*").Should().Be(keys);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_went_is_named_and_is_back_after_its_restart_and_that_of_Redis()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var page = Open(redis, "page");
        var dns = Open(redis, "dns");
        dns.Answer(Server("192.168.1.53", 7));
        await Deadline.UntilAsync(async () => (await page.AskAsync(Inquiry, default)).Count == 1, "it has answered");

        await dns.DisposeAsync();
        await Deadline.UntilAsync(async () => await page.AskAsync(Inquiry, default) is [{ Problem: "it does not answer", Statistics: null }], "it is missed");
        await using var again = Open(redis, "dns");
        again.Answer(Server("192.168.1.53", 8));
        await Deadline.UntilAsync(async () => await page.AskAsync(Inquiry, default) is [{ Problem: null, Statistics.Queries: 8 }], "it is back");

        await redis.KillAsync();
        await Deadline.UntilAsync(async () => await page.AskAsync(Inquiry, default) is [{ Problem: "Redis cannot be reached" }], "Redis is missed");
        await redis.StartAsync();
        await Deadline.UntilAsync(async () => await page.AskAsync(Inquiry, default) is [{ Problem: null, Statistics.Queries: 8 }], "Redis is back");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_anybody_else_writes_to_the_channels_does_no_harm()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var dns = Open(redis, "dns");
        await using var page = Open(redis, "page");
        dns.Answer(Server("192.168.1.53", 7));
        await Deadline.UntilAsync(async () => (await page.AskAsync(Inquiry, default)).Count == 1, "it has answered");
        var channel = redis.Cli("PUBSUB", "CHANNELS", "{homecloud}:journals:*").Trim();
        channel.Should().MatchRegex("^\\{homecloud\\}:journals:[0-9a-f]{16}$", "only who asked listens to answers");

        foreach (var nonsense in new[] { "", "{", "[]", "null", """{"id":"x","from":"y","inquiry":null}""", """{"id":"0123456789abcdef","from":"../../names","inquiry":{"kind":0,"limit":1}}""", """{"id":"0123456789abcdef","report":{"server":"evil","queries":[null]}}""", new string('[', 10_000) })
        {
            redis.Cli("PUBLISH", "{homecloud}:journals", nonsense);
            redis.Cli("PUBLISH", channel, nonsense);
        }

        (await page.AskAsync(Inquiry, default)).Should().ContainSingle().Which.Server.Should().Be("192.168.1.53");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_hangs_holds_a_page_up_for_a_moment_and_the_others_are_shown()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var well = Open(redis, "well");
        await using var ill = Open(redis, "ill");
        await using var page = Open(redis, "page");
        using var release = new ManualResetEventSlim();
        well.Answer(Server("192.168.1.53", 7));
        ill.Answer(new KeptJournal("192.168.1.54", null, () =>
        {
            release.Wait(TimeSpan.FromSeconds(60));
            return new DnsStatisticsView();
        }));
        await Deadline.UntilAsync(() => redis.Cli("PUBSUB", "NUMSUB", "{homecloud}:journals").Contains('2', StringComparison.Ordinal), "both listen");

        (await page.AskAsync(Inquiry, default)).Should().ContainSingle().Which.Server.Should().Be("192.168.1.53");
        release.Set();
    }

    [Fact(Timeout = 120_000)]
    public async Task That_a_server_cannot_tell_anything_is_logged_once()
    {
        await using var redis = await RedisServer.StartAsync();
        var log = new CollectedLog<RedisRegistry>();
        await using var dns = Open(redis, "dns", log);
        await using var page = Open(redis, "page");
        var asked = 0;
        dns.Answer(new KeptJournal("192.168.1.53", null, () => Interlocked.Increment(ref asked) == 3 ? new DnsStatisticsView() : throw new IOException("the disk is broken")));
        for (var i = 1; i <= 4; i++)
        {
            await Deadline.UntilAsync(
                async () =>
                {
                    using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
                    await page.AskAsync(Inquiry, soon.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
                    return Volatile.Read(ref asked) >= i;
                },
                "it was asked");
        }

        await Deadline.UntilAsync(() => log.Messages.Count(message => message.Contains("the disk is broken", StringComparison.Ordinal)) > 1, "it is said again after one that went well");
        log.Messages.Count(message => message.Contains("the disk is broken", StringComparison.Ordinal)).Should().Be(2);
    }

    private static KeptJournal Server(string name, long queries) => new(name, null, () => new DnsStatisticsView { Queries = queries });

    private RedisRegistry Open(RedisServer redis, string file, CollectedLog<RedisRegistry>? log = null) => new(
        new RegistryOptions { Redis = redis.Address, RedisPollInterval = TimeSpan.FromMilliseconds(100), DataDirectory = _directory.Path, FileName = file + ".json" },
        log ?? new CollectedLog<RedisRegistry>());
}
