using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Tests.Dns.Telemetry.History;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web.Dns;

public sealed class DnsApiTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task Figures_have_a_range_and_queries_are_searched()
    {
        using var journal = new ScriptedJournal();
        using var history = await journal.StartAsync();
        await using var home = await WebHome.StartAsync(services => services.AddSingleton<TimeProvider>(journal.Clock).AddSingleton(new KeptJournal("dns", history).Line()));
        using var client = home.OverSocket();
        journal.Ask("nas.home.", client: "192.168.1.31", source: "our zones", times: 2);
        journal.Ask("<b>.example.", answer: "SERVFAIL", source: "forwarded");
        journal.Clock.Advance(TimeSpan.FromMinutes(2));

        foreach (var (range, step, length) in new[] { ("hour", 60, 3600), ("day", 300, 86_400), ("week", 1800, 604_800) })
        {
            var view = await client.GetFromJsonAsync<JsonElement>($"/api/v1/dns/figures?range={range}");
            view.GetProperty("stepSeconds").GetInt32().Should().Be(step);
            (view.GetProperty("queries").GetInt32(), view.GetProperty("local").GetInt32(), view.GetProperty("failed").GetInt32()).Should().Be((3, 2, 1));
            var from = view.GetProperty("from").GetInt64();
            (view.GetProperty("to").GetInt64() - from).Should().BeInRange(length - step, length);
            view.GetProperty("steps").EnumerateArray().Should().OnlyContain(one => (one.GetProperty("at").GetInt64() - from) % step == 0);
        }

        foreach (var nonsense in new[] { "year", "1", "7", "" })
        {
            var refused = await client.GetAsync($"/api/v1/dns/figures?range={nonsense}");
            refused.StatusCode.Should().Be(HttpStatusCode.BadRequest, nonsense);
            (await refused.Content.ReadAsStringAsync()).Should().Contain("invalidRequest").And.Contain("hour, day or week");
        }

        async Task<string?[]> FindAsync(string search) => [.. (await client.GetFromJsonAsync<JsonElement>($"/api/v1/dns/queries?{search}")).EnumerateArray().Select(query => query.GetProperty("name").GetString())];
        (await FindAsync("")).Should().Equal("<b>.example.", "nas.home.", "nas.home.");
        (await FindAsync("filter=NAS&limit=1")).Should().Equal("nas.home.");
        (await FindAsync("client=192.168.1.31&source=our%20zones")).Should().HaveCount(2);
        (await FindAsync("answer=failed")).Should().Equal("<b>.example.");
        (await FindAsync("before=2026-11-22T11:00:00Z")).Should().BeEmpty();

        journal.Ask("ads.example.", client: "192.168.1.31", source: "blocked", times: 2);
        journal.Ask("more.example.", client: "192.168.1.32", source: "blocked");
        var top = await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/top?range=day");
        string Counts(string what) => string.Join(' ', top.GetProperty(what).EnumerateArray().Select(one => $"{one.GetProperty("name").GetString()} {one.GetProperty("count").GetInt32()}"));
        Counts("blockedNames").Should().Be("ads.example. 2 more.example. 1");
        Counts("blockedClients").Should().Be("192.168.1.31 2 192.168.1.32 1");
        Counts("names").Should().StartWith("ads.example. 2 nas.home. 2");
        await ScriptedJournal.StopAsync(history);
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_is_blocked_and_allowed_by_hand_and_blocking_pauses()
    {
        using var blocking = new ServedBlocking();
        await using var home = await WebHome.StartAsync(services => services.AddSingleton<IDnsBlocking>(blocking.Source));
        using var client = home.OverSocket();
        async Task<JsonElement> ReadAsync() => await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/blocking");

        (await client.PutAsJsonAsync("/api/v1/dns/blocking/names/ads.example", new { allowed = false })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.PutAsJsonAsync("/api/v1/dns/blocking/names/shop.example", new { allowed = true })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        var wrong = await client.PutAsJsonAsync("/api/v1/dns/blocking/names/a%20b", new { allowed = false });
        wrong.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync()).Should().Contain("a b");
        ((await ReadAsync()).GetProperty("blocked")[0].GetString(), (await ReadAsync()).GetProperty("allowed")[0].GetString()).Should().Be(("ads.example", "shop.example"));
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/blocking/test/www.ads.example")).GetProperty("isBlocked").GetBoolean().Should().BeTrue();
        (await client.GetAsync("/api/v1/dns/blocking/test/a..b")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await client.DeleteAsync("/api/v1/dns/blocking/names/ads.example")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.DeleteAsync("/api/v1/dns/blocking/names/ads.example")).StatusCode.Should().Be(HttpStatusCode.BadRequest);

        (await client.PutAsJsonAsync("/api/v1/dns/blocking/pause", new { seconds = 300, device = "192.168.1.40" })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.PutAsJsonAsync("/api/v1/dns/blocking/pause", new { seconds = -1 })).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await ReadAsync()).GetProperty("pauses")[0].GetProperty("device").GetString().Should().Be("192.168.1.40");
        (await client.PutAsJsonAsync("/api/v1/dns/blocking/pause", new { seconds = 300 })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.DeleteAsync("/api/v1/dns/blocking/pause?device=")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await ReadAsync()).GetProperty("pauses").EnumerateArray().Should().ContainSingle("only the pause for everybody ended").Which.GetProperty("device").GetString().Should().Be("192.168.1.40");
        (await client.PutAsJsonAsync("/api/v1/dns/blocking/pause", new { seconds = 300 })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.DeleteAsync("/api/v1/dns/blocking/pause")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await ReadAsync()).GetProperty("pauses").GetArrayLength().Should().Be(0);
        using var stranger = home.Stranger();
        (await stranger.GetAsync("/api/v1/dns/blocking")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    /// <summary>In the DNS server's words, which it says in English itself.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("ja", "'a b' は正しい名前ではありません。英字、数字、'-'、'_'、ドットを使ってください (例: ads.example)。", "一時停止の長さは 1 秒から 1 日までです (例: 5m)。", "使用中のブロックリストはありません", "手動でブロックされています")]
    [InlineData("en", "'a b' is not a valid name: use letters, digits, '-', '_' and dots (example: ads.example).", "A pause lasts from a second to a day (example: 5m).", "no block list is in use", "it is blocked by hand")]
    public async Task The_DNS_server_refuses_and_explains_in_the_language_of_the_request(string language, string wrongName, string wrongPause, string noList, string byHand)
    {
        using var blocking = new ServedBlocking();
        await using var home = await WebHome.StartAsync(services => services.AddSingleton<IDnsBlocking>(blocking.Source));
        using var client = home.OverSocket();
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        static async Task<string?> TitleAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString();
        async Task<string?> ReasonAsync() => (await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/blocking/test/ads.example")).GetProperty("reason").GetString();

        (await TitleAsync(await client.PutAsJsonAsync("/api/v1/dns/blocking/names/a%20b", new { allowed = false }))).Should().Be(wrongName);
        (await TitleAsync(await client.PutAsJsonAsync("/api/v1/dns/blocking/pause", new { seconds = -1 }))).Should().Be(wrongPause);
        (await ReasonAsync()).Should().Be(noList);
        (await client.PutAsJsonAsync("/api/v1/dns/blocking/names/ads.example", new { allowed = false })).EnsureSuccessStatusCode();
        (await ReasonAsync()).Should().Be(byHand);
    }

    [Fact(Timeout = Limit)]
    public async Task Where_DNS_runs_elsewhere_there_are_no_figures()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();

        (await client.GetAsync("/api/v1/dns/figures")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/queries")).GetArrayLength().Should().Be(0);
        (await client.GetAsync("/api/v1/dns/blocking")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.PutAsJsonAsync("/api/v1/dns/blocking/names/ads.example", new { allowed = false })).StatusCode.Should().Be(HttpStatusCode.NotFound);
        using var stranger = home.Stranger();
        (await stranger.GetAsync("/api/v1/dns/figures")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }
}
