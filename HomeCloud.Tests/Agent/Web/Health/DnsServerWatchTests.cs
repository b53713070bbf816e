using HomeCloud.Registry;
using HomeCloud.Registry.Journals;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Agent.Web.Dns;
using HomeCloud.Tests.Registry;
using HomeCloud.Tests.Registry.Redis;

namespace HomeCloud.Tests.Agent.Web.Health;

/// <summary>The alarms about DNS servers that run apart, over a real Redis.</summary>
[Trait("Category", "Slow")]
public sealed class DnsServerWatchTests : IDisposable
{
    private const int Limit = 120_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_server_of_another_machine_without_upstreams_is_named()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var page = await OpenAsync(redis, "page");
        await using var other = await OpenAsync(redis, "other");
        var answers = true;
        page.Answer(Server("192.168.1.53", () => true));
        other.Answer(Server("192.168.1.54", () => answers));
        using var home = new AlarmHome(page, page);
        await HeardAsync(page, 2);

        await home.PassAsync(TimeSpan.FromMinutes(3));
        home.Sent().Should().BeEmpty();
        answers = false;
        await home.PassAsync(TimeSpan.FromMinutes(3));
        home.Sent().Should().Equal("HomeCloud: a problem|Upstream DNS servers: No upstream server answers 192.168.1.54: 9.9.9.9:53. Names outside of the home fail there.");
        answers = true;
        await home.PassAsync(TimeSpan.FromMinutes(3));
        home.Sent().Should().Equal("HomeCloud: a problem has ended|Upstream DNS servers: 192.168.1.54 works again.");
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_falls_silent_is_told_after_its_grace_and_its_return_too()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var page = await OpenAsync(redis, "page");
        var other = await OpenAsync(redis, "other");
        other.Answer(Server("192.168.1.54", () => true));
        using var home = new AlarmHome(page, page);
        await HeardAsync(page, 1);
        await home.PassAsync(TimeSpan.FromMinutes(1));

        await other.DisposeAsync();
        await home.PassAsync(TimeSpan.FromMinutes(2));
        home.Sent().Should().BeEmpty("a restart is no news");
        await home.PassAsync(TimeSpan.FromMinutes(2));
        home.Sent().Should().Equal("HomeCloud: a problem|DNS servers: The DNS server 192.168.1.54 does not answer. If it was removed for good, it is forgotten after a day.");

        await using var again = await OpenAsync(redis, "other");
        again.Answer(Server("192.168.1.54", () => true));
        await Deadline.UntilAsync(async () => await page.AskAsync(new JournalInquiry(JournalKind.Upstreams), default) is [{ Problem: null }], "it is back");
        await home.PassAsync(TimeSpan.FromMinutes(3));
        home.Sent().Should().Equal("HomeCloud: a problem has ended|DNS servers: 192.168.1.54 works again.");
    }

    /// <summary>After a power cut the agent has met nobody yet.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_server_that_does_not_come_back_is_missed_by_an_agent_that_restarted_and_forgotten_after_a_day()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var page = await OpenAsync(redis, "page");
        var other = await OpenAsync(redis, "other");
        other.Answer(Server("192.168.1.54", () => false));
        using var home = new AlarmHome(page, page);
        await HeardAsync(page, 1);
        await home.PassAsync(TimeSpan.FromSeconds(20));
        await other.DisposeAsync();

        home.Restart();
        await home.PassAsync(TimeSpan.FromMinutes(4));
        home.Sent().Should().ContainSingle().Which.Should().Contain("192.168.1.54 does not answer");
        await home.PassAsync(TimeSpan.FromHours(26), TimeSpan.FromHours(1));
        home.Sent().Should().Equal("HomeCloud: a problem has ended|DNS servers: 192.168.1.54 did not answer for a day and is no longer expected.");

        home.Restart();
        await home.PassAsync(TimeSpan.FromMinutes(10));
        home.Sent().Should().BeEmpty();
    }

    /// <summary>They may all be well; that Redis is away is one alarm, not one for each.</summary>
    [Fact(Timeout = Limit)]
    public async Task Without_Redis_nobody_is_missed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var page = await OpenAsync(redis, "page");
        await using var other = await OpenAsync(redis, "other");
        other.Answer(Server("192.168.1.54", () => true));
        using var home = new AlarmHome(page, page);
        await HeardAsync(page, 1);
        await home.PassAsync(TimeSpan.FromMinutes(1));

        await redis.KillAsync();
        await Deadline.UntilAsync(() => !page.Health.Connected, "it is missed");
        await home.PassAsync(TimeSpan.FromMinutes(30));
        home.Sent().Should().ContainSingle().Which.Should().StartWith("HomeCloud: a problem|Registry: ");

        await redis.StartAsync();
        await Deadline.UntilAsync(async () => await page.AskAsync(new JournalInquiry(JournalKind.Upstreams), default) is [{ Problem: null }], "all are back");
        await home.PassAsync(TimeSpan.FromMinutes(5));
        home.Sent().Should().Equal("HomeCloud: a problem has ended|Registry: works again.");
    }

    [Fact(Timeout = Limit)]
    public async Task A_Japanese_home_is_told_in_Japanese()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var page = await OpenAsync(redis, "page");
        page.Answer(Server("192.168.1.53", () => false));
        var other = await OpenAsync(redis, "other");
        other.Answer(Server("192.168.1.54", () => true));
        using var home = new AlarmHome(page, page, "ja");
        await HeardAsync(page, 2);
        await home.PassAsync(TimeSpan.FromSeconds(20));
        await other.DisposeAsync();
        await home.PassAsync(TimeSpan.FromMinutes(4));
        await redis.KillAsync();
        await Deadline.UntilAsync(() => page.Health.Detail.Contains("no Redis answers there", StringComparison.Ordinal), "it is missed");
        await home.PassAsync(TimeSpan.FromMinutes(4));

        home.Sent().Should().Equal(
            "HomeCloud: 問題が発生しました|上流の DNS サーバー: 192.168.1.53 に上流サーバーが応答しません: 9.9.9.9:53。そこでは家の外の名前を解決できません。",
            "HomeCloud: 問題が発生しました|DNS サーバー: DNS サーバー 192.168.1.54 が応答しません。完全に取り外した場合は、1 日後に監視の対象から外れます。",
            $"HomeCloud: 問題が発生しました|レジストリ: Redis ({redis.Address}) を使えません: Redis が応答しません。起動しているか、ポートが正しいか、--redis-tls やパスワードが必要かを確認してください");
    }

    /// <summary>It says to a question that it does not know no more than its name.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_server_of_an_earlier_version_is_heard_and_has_no_known_upstreams()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var page = await OpenAsync(redis, "page");
        await using var other = await OpenAsync(redis, "other");
        other.Answer(new KeptJournal("192.168.1.54", null));
        using var home = new AlarmHome(page, page);
        await HeardAsync(page, 1);

        (await page.AskAsync(new JournalInquiry((JournalKind)77), default)).Should().ContainSingle().Which.Should().BeEquivalentTo(new JournalReport("192.168.1.54"));
        await home.PassAsync(TimeSpan.FromMinutes(5));
        home.Sent().Should().BeEmpty();
    }

    private static KeptJournal Server(string name, Func<bool> answers) => new(name, null, () => new DnsStatisticsView { Upstreams = [new DnsUpstreamView("9.9.9.9:53", answers(), null, "")] });

    private static Task HeardAsync(RedisRegistry page, int servers) =>
        Deadline.UntilAsync(async () => (await page.AskAsync(new JournalInquiry(JournalKind.Upstreams), default)).Count(report => report.Problem is null) == servers, "all answer");

    private async Task<RedisRegistry> OpenAsync(RedisServer redis, string file)
    {
        var opened = new RedisRegistry(
            new RegistryOptions { Redis = redis.Address, RedisPollInterval = TimeSpan.FromMilliseconds(100), DataDirectory = _directory.Path, FileName = file + ".json" },
            new CollectedLog<RedisRegistry>());
        await Deadline.UntilAsync(() => opened.Health.Connected, "it is connected");
        return opened;
    }
}
