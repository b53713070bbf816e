using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Lab.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>A shell on the page, in a real browser: typed, resized, pasted, ended; under the content policy as it is.</summary>
[Trait("Category", "Slow")]
public sealed class TerminalPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("desktop-light", 1280, 900, false, false)]
    [InlineData("desktop-dark", 1280, 900, true, false)]
    [InlineData("phone-light", 390, 844, false, true)]
    [InlineData("phone-dark", 390, 844, true, true)]
    public async Task A_shell_is_opened_typed_into_resized_and_ended(string look, int width, int height, bool dark, bool phone)
    {
        await using var home = await WebHome.StartAsync();
        FurnishedHome.Fill(home.Engine);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, height, dark, phone);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GotoAsync("/servers/airplay");
        await page.GetByRole(AriaRole.Link, new() { Name = "Terminal" }).ClickAsync();
        var (screen, state) = (page.Locator(".xterm-rows"), page.Locator("#state"));
        await Expect(state).ToHaveTextAsync("bash");

        await page.Keyboard.TypeAsync("hostname\n");
        await Expect(screen).ToContainTextAsync("$ hostname");
        await Expect(screen).ToContainTextAsync("airplay");
        await page.Keyboard.TypeAsync("colours\n");
        await Expect(screen).ToContainTextAsync("green");
        var shell = home.Engine.Terminals.Single();
        shell.Size.Should().NotBe(TerminalSize.Usual, "it has the window's size from the start");
        shell.Size.Columns.Should().BeInRange(phone ? 30 : 100, phone ? 60 : 200);
        await Axe.CheckAsync(page, look, "terminal");
        (await page.EvaluateAsync<int>("document.documentElement.scrollHeight - document.documentElement.clientHeight")).Should().BeLessThanOrEqualTo(0, "the shell scrolls, not the page");

        // A window, or a keyboard on the screen, takes half of it.
        var before = shell.Size;
        await page.SetViewportSizeAsync(width - 80, height / 2);
        await Expect(page.Locator("#screen")).ToBeInViewportAsync(new() { Ratio = 1 });
        (await Poll.UntilAsync(
            async () => shell.Size.Rows < before.Rows && shell.Size.Columns < before.Columns && shell.Size.Rows == await page.Locator(".xterm-rows > div").CountAsync(),
            TimeSpan.FromSeconds(30))).Should().BeTrue($"{shell.Size} after {before}");
        await page.Keyboard.TypeAsync("size\n");
        await Expect(screen).ToContainTextAsync($"{shell.Size.Rows} {shell.Size.Columns}");

        await page.GetByRole(AriaRole.Button, new() { Name = "Paste" }).ClickAsync();
        await page.GetByLabel("Text").FillAsync("pasted");
        await page.Locator("#paste-go").ClickAsync();
        await Expect(screen).ToContainTextAsync("$ pasted");
        if (phone)
        {
            // Control, then a letter: the shell gets one octet, and shows it as it is.
            await page.GetByRole(AriaRole.Button, new() { Name = "Ctrl" }).ClickAsync();
            await page.Keyboard.TypeAsync("u");
            await Expect(page.Locator("#control")).ToHaveAttributeAsync("aria-pressed", "false");
        }

        await page.Keyboard.TypeAsync("\n");
        await page.Keyboard.TypeAsync("exit\n");
        await Expect(state).ToHaveTextAsync("closed");
        await Expect(screen).ToContainTextAsync("The shell has ended, exit code 0.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open again" }).ClickAsync();
        await Expect(state).ToHaveTextAsync("bash");
        home.Engine.Terminals.Should().HaveCount(2);

        // Another page: the shell ends.
        await page.Locator("#title a").ClickAsync();
        await Expect(page.Locator("#history")).ToContainTextAsync("Terminal closed");
        await Expect(page.Locator("#history")).ToContainTextAsync("the page was closed");
        home.Engine.Terminals.Should().OnlyContain(terminal => terminal.IsClosed);
        visitor.Faults.Should().BeEmpty("the page's content policy forbids nothing that it needs");
    }

    [Fact(Timeout = Limit)]
    public async Task Colours_are_shown_under_the_policy_and_a_flood_is_shown_to_its_end()
    {
        await using var home = await WebHome.StartAsync();
        FurnishedHome.Fill(home.Engine);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        var answer = await page.GotoAsync("/servers/airplay/terminal");
        var policy = (await answer!.AllHeadersAsync())["content-security-policy"];
        policy.Should().Contain("style-src 'self'").And.Contain("script-src 'self'").And.NotContain("unsafe").And.NotContain("nonce");
        await Expect(page.Locator("#state")).ToHaveTextAsync("bash");
        await page.Keyboard.TypeAsync("colours\n");
        var green = page.Locator(".xterm-rows span", new() { HasTextString = "green" }).Last;
        await Expect(green).ToBeVisibleAsync();
        (await green.EvaluateAsync<string>("element => getComputedStyle(element).color")).Should().Be("rgb(10, 120, 90)");
        (await page.Locator(".xterm-rows span", new() { HasTextString = "red" }).Last.EvaluateAsync<string>("element => getComputedStyle(element).color")).Should().NotBe("rgb(26, 34, 48)", "a theme's colours are rules of a sheet");

        await page.Keyboard.TypeAsync("flood\n");
        await Expect(page.Locator(".xterm-rows")).ToContainTextAsync("y$ ");
        await page.Keyboard.TypeAsync("hostname\n");
        await Expect(page.Locator(".xterm-rows")).ToContainTextAsync("airplay");
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Why_there_is_no_shell_stands_on_the_screen()
    {
        await using var home = await WebHome.StartAsync();
        FurnishedHome.Fill(home.Engine);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        await visitor.SetPasswordAsync(home);
        await visitor.Page.GotoAsync("/servers/minecraft");
        await Expect(visitor.Page.Locator("#state")).ToHaveTextAsync("stopped");
        await Expect(visitor.Page.Locator("#terminal")).ToBeHiddenAsync();
        await visitor.Page.GotoAsync("/servers/minecraft/terminal");
        await Expect(visitor.Page.Locator(".xterm-rows")).ToContainTextAsync("minecraft does not run. Start it first.");
        await Expect(visitor.Page.Locator("#again")).ToBeVisibleAsync();
        visitor.Faults.Should().BeEmpty();
    }
}
