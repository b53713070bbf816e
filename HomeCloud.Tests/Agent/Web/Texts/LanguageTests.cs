using System.Text.Json;
using HomeCloud.Agent.Web.Texts;

namespace HomeCloud.Tests.Agent.Web.Texts;

/// <summary>Which language a page comes in, and what comes with it.</summary>
public sealed class LanguageTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData(null, null, "en")]
    [InlineData("ja", null, "ja")]
    [InlineData("de, ja;q=0.8, en;q=0.5", null, "ja")]
    [InlineData("de", null, "en")]
    [InlineData("ja", "en", "en")]
    [InlineData("en-GB", "ja", "ja")]
    [InlineData("ja", "<script>", "ja")]
    public async Task A_page_comes_in_the_chosen_language_or_the_browsers(string? browser, string? chosen, string expected)
    {
        await using var home = await WebHome.StartAsync();
        using var answer = await GetAsync(home, "/sign-in", browser, chosen);
        var page = await answer.Content.ReadAsStringAsync();

        page.Should().Contain($"<html lang=\"{expected}\">").And.Contain(expected == "ja" ? "<h1>おかえりなさい</h1>" : "<h1>Welcome home</h1>");
        page.Contains("/assets/texts.ja.js", StringComparison.Ordinal).Should().Be(expected == "ja", "English needs no texts");
        answer.Content.Headers.ContentLanguage.Should().Equal(expected);
        answer.Headers.Vary.Should().Contain("Accept-Language").And.Contain("Cookie");
        var kept = answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Where(cookie => cookie.StartsWith(PageLanguage.Cookie, StringComparison.Ordinal)).ToList() : [];
        if (chosen == expected)
            kept.Single().Should().StartWith($"{PageLanguage.Cookie}={chosen}; max-age=34560000; path=/").And.NotContain("httponly", "the settings page writes it");
        else
            kept.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_settings_page_shows_what_was_chosen()
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();
        (await browser.GetStringAsync("/settings")).Should().NotContain("selected");
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("ja");
        (await browser.GetStringAsync("/settings")).Should().Contain(">設定</a>").And.NotContain("selected");
        browser.DefaultRequestHeaders.Add("Cookie", $"{PageLanguage.Cookie}=en");
        (await browser.GetStringAsync("/settings")).Should().Contain(">Settings</a>").And.Contain("<option value=\"en\" lang=\"en\" selected");
    }

    [Fact(Timeout = Limit)]
    public async Task Scripts_get_all_the_texts_they_use_and_no_others()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.Stranger();
        var script = await client.GetStringAsync("/assets/texts.ja.js");
        var texts = Pairs(script, "homecloudTexts");

        var used = PageSources.Scripts().SelectMany(file => PageSources.ScriptTexts(file.Source)).Distinct().ToList();
        texts.Keys.Should().Contain(used);
        texts.Should().HaveCountLessThan(PageLanguage.Texts("ja").Texts.Count - 100);
        Pairs(script, "homecloudTold").Should().HaveCount(PageLanguage.Told("ja").Texts.Count);
        (await client.GetAsync("/assets/texts.en.js")).StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task The_app_on_a_device_speaks_the_language_too()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.Stranger();
        using var english = JsonDocument.Parse(await client.GetStringAsync("/assets/app.webmanifest"));
        using var japanese = JsonDocument.Parse(await client.GetStringAsync("/assets/app.ja.webmanifest"));
        japanese.RootElement.GetProperty("id").GetString().Should().Be(english.RootElement.GetProperty("id").GetString(), "it is the same app");
        japanese.RootElement.GetProperty("shortcuts").EnumerateArray().Select(shortcut => shortcut.GetProperty("name").GetString()).Should().Equal("DNS", "診断");
        japanese.RootElement.GetProperty("description").GetString().Should().Contain("サーバー");
    }

    [Fact(Timeout = Limit)]
    public async Task A_hostile_name_in_a_translated_sentence_is_only_text()
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("ja");
        using var answer = await browser.GetAsync("/servers/%3Cscript%3E{0}");
        (await answer.Content.ReadAsStringAsync()).Should().Contain("<strong>&lt;script&gt;{0}</strong> というサーバーはありません。");
    }

    private static Dictionary<string, string?> Pairs(string script, string name)
    {
        var line = script.Split('\n').Single(line => line.StartsWith($"globalThis.{name} = ", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..^1]);
        return json.RootElement.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString());
    }

    private static async Task<HttpResponseMessage> GetAsync(WebHome home, string path, string? language, string? cookie)
    {
        using var client = home.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (language is not null)
            request.Headers.AcceptLanguage.ParseAdd(language);
        if (cookie is not null)
            request.Headers.Add("Cookie", $"{PageLanguage.Cookie}={cookie}");
        return await client.SendAsync(request);
    }
}
