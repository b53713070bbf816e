using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

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
