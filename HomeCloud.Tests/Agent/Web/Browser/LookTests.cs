using System.Text.Json;
using HomeCloud.Lab.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>The theme that a person chose, and the page as an app of the device.</summary>
[Trait("Category", "Slow")]
public sealed class LookTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;
    private const string Light = "rgb(245, 246, 248)";
    private const string Dark = "rgb(16, 20, 27)";

    [Fact(Timeout = Limit)]
    public async Task A_theme_that_was_chosen_stays_on_every_page_and_in_other_tabs()
    {
        await using var home = await WebHome.StartAsync();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", Light);
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/names");

        await page.GotoAsync("/settings");
        await page.GetByLabel("Theme").SelectOptionAsync("Dark");
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", Dark);
        await Expect(other.Locator("body")).ToHaveCSSAsync("background-color", Dark);
        await page.GotoAsync("/");
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", Dark);

        await page.GotoAsync("/settings");
        await Expect(page.GetByLabel("Theme")).ToHaveValueAsync("dark");
        await page.GetByLabel("Theme").SelectOptionAsync("As the device");
        await page.ReloadAsync();
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", Light);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", Dark);
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Away_from_home_the_page_says_so_and_comes_back_by_itself()
    {
        await using var home = await WebHome.StartAsync();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.EvaluateAsync("async () => { await navigator.serviceWorker.ready; }");

        await page.Context.SetOfflineAsync(true);
        await page.GotoAsync("/settings");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Your home does not answer");
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", Light);
        await Axe.CheckAsync(page, "wide", "away");

        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator("#look-title")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact(Timeout = Limit)]
    public async Task Away_from_home_it_speaks_the_language_that_was_chosen_last()
    {
        await using var home = await WebHome.StartAsync();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.EvaluateAsync("async () => { await navigator.serviceWorker.ready; }");
        await page.GotoAsync("/settings");
        await page.Locator("#language").SelectOptionAsync("ja");
        await Expect(page.Locator("h1")).ToHaveTextAsync("設定");
        // Evaluated again and again from here: WaitForFunction takes the promise for the answer.
        (await Poll.UntilAsync(
            () => page.EvaluateAsync<bool>("async () => (await (await caches.match('/assets/away.html', { ignoreVary: true })).text()).includes('lang=\"ja\"')"),
            TimeSpan.FromSeconds(30))).Should().BeTrue();

        await page.Context.SetOfflineAsync(true);
        await page.GotoAsync("/names");
        await Expect(page.Locator("h1")).ToHaveTextAsync("宅内の HomeCloud に接続できません");
    }

    [Fact(Timeout = Limit)]
    public async Task The_manifest_names_icons_that_are_there()
    {
        await using var home = await WebHome.StartAsync();
        using var client = new HttpClient { BaseAddress = home.Url };
        using var answer = await client.GetAsync("/assets/app.webmanifest");
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/manifest+json");
        using var manifest = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        var named = manifest.RootElement.GetProperty("icons").EnumerateArray().Select(icon => icon.GetProperty("src").GetString()!).ToList();
        named.Should().HaveCount(2);
        foreach (var icon in named)
        {
            using var found = await client.GetAsync(icon);
            found.Content.Headers.ContentType!.MediaType.Should().Be("image/svg+xml", icon);
        }

        foreach (var shortcut in manifest.RootElement.GetProperty("shortcuts").EnumerateArray())
            (await client.GetAsync(shortcut.GetProperty("url").GetString())).RequestMessage!.RequestUri!.AbsolutePath.Should().Be("/sign-in");
    }
}
