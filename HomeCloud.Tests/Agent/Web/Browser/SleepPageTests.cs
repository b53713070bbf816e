using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

[Trait("Category", "Slow")]
public sealed class SleepPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task A_server_is_put_to_sleep_and_woken_on_the_page()
    {
        await using var home = await WebHome.StartAsync();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        using var local = home.OverSocket();
        await WebHome.CreateAsync(local, new { name = "library", sleep = "15m" });
        await page.GotoAsync("/servers/library");
        var (sleep, wake) = (page.Locator("#sleep"), page.Locator("#wake"));
        await Expect(page.Locator("#state")).ToHaveTextAsync("running");
        await Expect(wake).ToBeHiddenAsync();
        await sleep.ClickAsync();

        await Expect(page.Locator("#state")).ToHaveTextAsync("asleep");
        await Expect(sleep).ToBeHiddenAsync();
        await Expect(page.Locator("#start")).ToBeHiddenAsync();
        await Expect(page.Locator("#history")).ToContainTextAsync("Fell asleep");
        await page.GotoAsync("/");
        await Expect(page.Locator("li.server[data-name=library]")).ToContainTextAsync("asleep");
        await page.GotoAsync("/servers/library");
        await wake.ClickAsync();

        await Expect(page.Locator("#state")).ToHaveTextAsync("running");
        await Expect(page.Locator("#history")).ToContainTextAsync("Woken");
        await Expect(wake).ToBeHiddenAsync();
        visitor.Faults.Should().BeEmpty();
    }
}
