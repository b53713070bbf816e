using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Sleeping;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Agent.Web.Texts;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>Accept-Language chooses the language of what the API says to a person; codes and names stay.</summary>
public class AnswerLanguageTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("ja-JP,ja;q=0.9,en;q=0.8", "ja", "名前 my box に、ホスト名に使えない文字があります。", "my-box ではどうでしょうか。")]
    [InlineData("de,en;q=0.5", "en", "The name my box has a character that host names do not allow.", "Try my-box.")]
    [InlineData(null, "en", "The name my box has a character that host names do not allow.", "Try my-box.")]
    public async Task A_refusal_is_in_the_language_of_the_request(string? accepted, string language, string title, string fix)
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        if (accepted is not null)
            client.DefaultRequestHeaders.Add("Accept-Language", accepted);

        var response = await client.PostAsJsonAsync("/api/v1/servers", new { name = "my box" });
        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentLanguage.Should().Equal(language);
        response.Headers.Vary.Should().Contain("Accept-Language");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("title").GetString().Should().Be(title);
        problem.GetProperty("detail").GetString().Should().Be(fix);
        problem.GetProperty("fix").GetString().Should().Be(fix);
        problem.GetProperty("code").GetString().Should().Be("invalidName");
    }

    /// <summary>A page that was opened before another language was chosen goes on in its own.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(true, "en")]
    [InlineData(false, "ja")]
    public async Task A_page_is_answered_in_its_language_and_others_in_the_chosen_one(bool isPage, string language)
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();
        if (!isPage)
            browser.DefaultRequestHeaders.Remove(ForgeryMiddleware.HeaderName);
        browser.DefaultRequestHeaders.Add("Accept-Language", "en");
        browser.DefaultRequestHeaders.Add("Cookie", $"{PageLanguage.Cookie}=ja");

        (await browser.GetAsync("/api/v1/servers/nobody")).Content.Headers.ContentLanguage.Should().Equal(language);
    }

    /// <summary>Also where none of its texts is there, and where the answer becomes a problem.</summary>
    [Fact(Timeout = Limit)]
    public async Task An_answer_says_once_what_its_language_depends_on()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        client.DefaultRequestHeaders.Add("Accept-Language", "ja");
        await CheckAsync("status", HttpStatusCode.OK);
        await CheckAsync("templates", HttpStatusCode.OK);
        home.Engine.Away = new ServerProblem(ProblemCode.EngineAway, "Docker is away.");
        await CheckAsync("servers", HttpStatusCode.ServiceUnavailable);

        async Task CheckAsync(string path, HttpStatusCode status)
        {
            var answer = await client.GetAsync($"/api/v1/{path}");
            answer.StatusCode.Should().Be(status);
            answer.Content.Headers.ContentLanguage.Should().Equal("ja");
            answer.Headers.Vary.Should().OnlyHaveUniqueItems().And.Contain("Accept-Language").And.Contain("Cookie");
        }
    }

    /// <summary>What registry, engine and packets say of themselves in English, for the log.</summary>
    [Fact(Timeout = Limit)]
    public async Task What_is_broken_is_told_in_the_language_of_the_request()
    {
        var endpoint = $"127.0.0.1:{FreePort.Find()}";
        using var directory = new TemporaryDirectory();
        await using var registry = new RedisRegistry(new RegistryOptions { Redis = endpoint, DataDirectory = directory.Path }, new CollectedLog<RedisRegistry>());
        await Deadline.UntilAsync(() => registry.Health.Detail.Contains("no Redis answers there", StringComparison.Ordinal), "it was tried");
        var agent = new AgentStatusSource();
        agent.Update(status => status with { RegistryProblem = $"Gave up writing after 5 s. {registry.Health.Detail}" });
        await using var home = await WebHome.StartAsync(services => services.Replace(ServiceDescriptor.Singleton<IRegistry>(registry)).AddSingleton(agent));
        home.Services.GetRequiredService<PacketWatchStatus>().Problem = "the agent may not see packets (it has no CAP_NET_RAW)";
        using var client = home.OverSocket();
        client.DefaultRequestHeaders.Add("Accept-Language", "ja");

        var status = await client.GetFromJsonAsync<JsonElement>("/api/v1/status");
        var away = $"Redis ({endpoint}) を使えません: Redis が応答しません。起動しているか、ポートが正しいか、--redis-tls やパスワードが必要かを確認してください";
        status.GetProperty("registry").GetString().Should().Be(away);
        status.GetProperty("registryProblem").GetString().Should().Be($"5 秒たっても書き込めませんでした。{away}");
        status.GetProperty("packetProblem").GetString().Should().Be("エージェントにパケットを見る権限がありません (CAP_NET_RAW)");
    }

    [Theory(Timeout = Limit)]
    [InlineData("ja", "Web サーバー", "nginx です。")]
    [InlineData("en", "Web server", "nginx. ")]
    public async Task Templates_are_described_in_the_language_of_the_request(string language, string title, string description)
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        client.DefaultRequestHeaders.Add("Accept-Language", language);

        var all = (await client.GetFromJsonAsync<JsonElement>("/api/v1/templates")).EnumerateArray().ToList();
        all.Where(template => template.GetProperty("description").GetString()!.Any(letter => letter is > '\u3000' and < '\ua000')).Should().HaveCount(language == "ja" ? all.Count : 0);
        var web = all.Single(template => template.GetProperty("id").GetString() == "web");
        web.GetProperty("title").GetString().Should().Be(title);
        web.GetProperty("description").GetString().Should().StartWith(description);
    }

    [Fact(Timeout = Limit)]
    public async Task Why_nothing_is_known_of_an_image_is_in_the_language_of_the_request()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        await WebHome.CreateAsync(client, new { name = "airplay", image = "busybox" });
        home.Engine.RegistryDigest = new ServerProblem(ProblemCode.EngineRefused, $"Docker refused: {"unauthorized"}");
        client.DefaultRequestHeaders.Add("Accept-Language", "ja");

        (await client.GetFromJsonAsync<JsonElement>("/api/v1/servers/airplay/image")).GetProperty("note").GetString().Should().Be("Docker が拒否しました: unauthorized");
    }

    /// <summary>The operation is kept once, and told to each in that reader's language.</summary>
    [Fact(Timeout = Limit)]
    public async Task An_operation_tells_its_steps_in_the_language_of_who_looks()
    {
        await using var home = await WebHome.StartAsync();
        using var english = home.OverSocket();
        using var japanese = home.OverSocket();
        japanese.DefaultRequestHeaders.Add("Accept-Language", "ja");

        var id = (await WebHome.CreateAsync(english, new { name = "airplay" })).GetProperty("id").GetString();
        Last(await english.GetFromJsonAsync<JsonElement>($"/api/v1/operations/{id}")).Should().Be("airplay.home is ready");
        Last(await japanese.GetFromJsonAsync<JsonElement>($"/api/v1/operations/{id}")).Should().Be("airplay.home の準備ができました");
        (await japanese.GetStringAsync($"/api/v1/operations/{id}/events")).Should().Contain(JsonEncodedText.Encode("起動しました").Value);

        static string? Last(JsonElement operation) => operation.GetProperty("steps").EnumerateArray().Last().GetProperty("text").GetString();
    }

    /// <summary>A text inside a text, in both of which words are translated.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_failed_operation_has_its_problem_in_Japanese()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        client.DefaultRequestHeaders.Add("Accept-Language", "ja");
        await WebHome.CreateAsync(client, new { name = "airplay" });

        var again = await WebHome.CreateAsync(client, new { name = "airplay" });
        again.GetProperty("state").GetString().Should().Be("failed");
        again.GetProperty("problem").GetProperty("code").GetString().Should().Be("nameTaken");
        again.GetProperty("problem").GetProperty("message").GetString().Should().Be("airplay という名前のコンテナがすでにあります (実行中)。");
    }
}
