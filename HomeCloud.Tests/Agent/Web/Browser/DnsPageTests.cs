using System.Net.Http.Json;
using System.Text.RegularExpressions;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Net.Localization;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Web.Dns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

[Trait("Category", "Slow")]
public class DnsPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task What_was_kept_before_the_page_was_opened_is_shown_for_an_hour_a_day_and_a_week()
    {
        using var week = new FurnishedWeek();
        await using var home = await WebHome.StartAsync(week.Keep);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GotoAsync("/dns");
        foreach (var range in new[] { "Hour", "Day", "Week" })
        {
            await page.GetByLabel(range, new() { Exact = true }).CheckAsync();
            await Expect(page.Locator("#flow-title")).ToHaveTextAsync($"Queries per minute over the last {range.ToLowerInvariant()}");
            await Expect(page.Locator("#flow svg text").Filter(new() { HasText = "queries per minute" })).ToHaveCountAsync(1);
            (await page.Locator("#flow .gap").CountAsync()).Should().Be(1, $"the agent was off in the last {range}");
            (await page.Locator("#flow .a3").CountAsync()).Should().BePositive("the provider failed");
            (await page.Locator("#flow polygon").CountAsync()).Should().Be(8, "an area ends at a gap");
            await Expect(page.Locator("#tiles .tile").First).Not.ToContainTextAsync("–");
        }

        await Expect(page.GetByRole(AriaRole.Slider, new() { NameRegex = new("Blocked share") })).ToHaveAttributeAsync("aria-valuetext", new Regex(": [0-9]+ of [0-9]+ answers blocked, [0-9.]+ %$"));
        await Expect(page.Locator("#blocked-names li")).ToHaveTextAsync(new Regex("^telemetry[.]tv[.]example[.]60$"));
        await Axe.CheckAsync(page, "desktop", "dns-blocked");
        await page.Locator("#blocked-clients button").First.ClickAsync();
        await Expect(page.Locator("#queries tr").First).ToContainTextAsync("blocked");
        (await page.Locator("#query-source").InputValueAsync()).Should().Be("blocked");

        page.Url.Should().EndWith("?range=week");
        await page.ReloadAsync();
        await Expect(page.Locator("#flow-title")).ToContainTextAsync("week");
        await page.GetByLabel("5 min", new() { Exact = true }).CheckAsync();
        await Expect(page.Locator("#flow-title")).ToContainTextAsync("per second");
        visitor.Faults.Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("en-GB", "All DNS servers", "192.168.7.4 is missing here: it does not answer.")]
    [InlineData("ja-JP", "すべての DNS サーバー", "192.168.7.4 の分は含まれていません（応答がありません）。")]
    public async Task Several_DNS_servers_are_shown_together_and_one_by_one_and_a_silent_one_is_named(string locale, string all, string silent)
    {
        using var week = new FurnishedWeek();
        await using var home = await WebHome.StartAsync(services =>
        {
            week.Keep(services);
            services.AddSingleton<IJournalLine>(s => new HouseLine(
                new KeptJournal("192.168.7.2", s.GetRequiredService<DnsHistory>(), FurnishedHome.Evening.Read),
                new KeptJournal("192.168.7.3", null, FurnishedHome.Evening.Read, FurnishedHome.Evening.Queries)));
        });
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, phone: true, width: 390, height: 844, locale: locale);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GotoAsync("/dns");
        await Expect(page.Locator("#dns-server option")).ToHaveTextAsync([all, "192.168.7.2", "192.168.7.3"]);
        await Expect(page.Locator("#silent-servers")).ToHaveTextAsync(silent);
        await Expect(page.Locator("#queries")).ToContainTextAsync("192.168.7.2");
        await Expect(page.Locator("#queries")).ToContainTextAsync("192.168.7.3");
        await Expect(page.Locator("#upstreams")).ToContainTextAsync("9.9.9.9:853 (192.168.7.3)");
        await Axe.CheckAsync(page, "phone", $"dns-servers-{locale}");

        await page.Locator("#dns-server").SelectOptionAsync("192.168.7.3");
        await Expect(page.Locator("#queries small").Filter(new() { HasText = "192.168.7.2" })).ToHaveCountAsync(0);
        await Expect(page.Locator("#ranges")).ToBeHiddenAsync();
        await page.Locator("#dns-server").SelectOptionAsync("");
        await Expect(page.Locator("#ranges")).ToBeVisibleAsync();
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_value_is_read_with_keys_a_mouse_or_a_finger_and_stays_through_an_update()
    {
        using var week = new FurnishedWeek();
        await using var home = await WebHome.StartAsync(week.Keep);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, phone: true, width: 390, height: 844);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GotoAsync("/dns");
        var chart = page.Locator("#flow");
        await Expect(chart.Locator("svg")).ToBeVisibleAsync();

        await chart.FocusAsync();
        await page.Keyboard.PressAsync("End");
        for (var i = 0; i < 5; i++)
            await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(chart).ToHaveAttributeAsync("aria-valuenow", "54");
        var value = await page.Locator("#flow-value").TextContentAsync();
        value.Should().Contain("queries").And.Contain("/min").And.Contain("cache").And.Contain("failed");
        (await chart.GetAttributeAsync("aria-valuetext")).Should().Be(value);
        await page.WaitForResponseAsync(response => response.Url.Contains("/dns/figures", StringComparison.Ordinal));
        await Expect(page.Locator("#flow-value")).ToHaveTextAsync(value!);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#flow-value")).ToHaveTextAsync("");

        var box = (await chart.BoundingBoxAsync())!;
        // 25 to 40 minutes ago the agent was off.
        await page.Touchscreen.TapAsync(box.X + 46 + ((box.Width - 54) * 28 / 60), box.Y + 100);
        await Expect(page.Locator("#flow-value")).ToContainTextAsync("no data");
        await page.Mouse.MoveAsync(box.X + box.Width - 60, box.Y + 100);
        await Expect(page.Locator("#flow-value")).ToContainTextAsync("queries");
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Queries_are_searched_by_device_result_and_name_and_gone_through()
    {
        using var week = new FurnishedWeek();
        await using var home = await WebHome.StartAsync(week.Keep);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        using (var local = home.OverSocket())
            (await local.PutAsJsonAsync("/api/v1/names/television", new { addresses = new[] { "192.168.7.24" } })).EnsureSuccessStatusCode();
        await page.GotoAsync("/dns");
        var rows = page.Locator("#queries tr");
        await Expect(rows).ToHaveCountAsync(100);
        week.Ask("<img src=x>.example.");
        await Expect(rows.First).ToContainTextAsync("<img src=x>");

        await page.Locator("#top-clients button", new() { HasText = "192.168.7.22" }).ClickAsync();
        await Expect(rows.Filter(new() { HasNotText = "192.168.7.22" })).ToHaveCountAsync(0);
        await page.GetByLabel("Result").SelectOptionAsync("failed");
        await Expect(rows.Filter(new() { HasText = "SERVFAIL" })).ToHaveCountAsync(4);
        await Expect(rows).ToHaveCountAsync(4);
        await page.Locator("#only-client").ClickAsync();
        await Expect(rows).ToHaveCountAsync(12);
        await page.GetByLabel("Result").SelectOptionAsync("");
        await page.GetByLabel("Source").SelectOptionAsync("blocked");
        await page.GetByLabel("Filter queries").FillAsync("nothing like it");
        await Expect(page.Locator("#no-queries")).ToHaveTextAsync("No query matches.");
        await page.GetByLabel("Filter queries").FillAsync("TELEmetry");
        await Expect(rows).ToHaveCountAsync(60);

        await page.GetByLabel("Source").SelectOptionAsync("");
        await Expect(page.Locator("#top-clients")).ToContainTextAsync("television");
        await page.GetByLabel("Filter queries").FillAsync("televis");
        await Expect(rows.Filter(new() { HasNotText = "television" })).ToHaveCountAsync(0);
        await Expect(rows).ToHaveCountAsync(100);
        await page.GetByLabel("Filter queries").FillAsync("");
        await Expect(rows.Filter(new() { HasText = "192.168.7.21" })).Not.ToHaveCountAsync(0);
        await Expect(rows).ToHaveCountAsync(100);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show older" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(200);
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task One_click_blocks_a_name_allows_it_or_pauses_blocking()
    {
        using var week = new FurnishedWeek();
        using var blocking = new ServedBlocking();
        await using var home = await WebHome.StartAsync(services =>
        {
            week.Keep(services);
            services.AddSingleton<IDnsBlocking>(blocking.Source);
        });
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, phone: true, width: 390, height: 844);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GotoAsync("/dns");
        await page.GetByRole(AriaRole.Button, new() { Name = "Block www.example.com", Exact = true }).First.ClickAsync();
        var own = page.Locator("#block-own button");
        await Expect(own).ToHaveTextAsync("www.example.com ×");
        blocking.Source.Read(Catalogue.English).Blocked.Should().Equal("www.example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow telemetry.tv.example", Exact = true }).First.ClickAsync();
        await Expect(own).ToHaveCountAsync(2);
        await own.First.ClickAsync();
        await Expect(own).ToHaveCountAsync(1);
        await Expect(own).ToHaveTextAsync("telemetry.tv.example (allowed) ×");
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("Block .*[.]home$") })).ToHaveCountAsync(0);

        await page.GetByLabel("Pause for").SelectOptionAsync("192.168.7.22");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause 5 min" }).ClickAsync();
        var pauses = page.Locator("#block-pauses button");
        await Expect(pauses).ToContainTextAsync("192.168.7.22: paused until");
        await pauses.ClickAsync();
        await Expect(pauses).ToHaveCountAsync(0);
        await Axe.CheckAsync(page, "phone", "blocking");
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_person_is_about_to_press_stays_through_updates()
    {
        using var week = new FurnishedWeek();
        using var blocking = new ServedBlocking();
        await using var home = await WebHome.StartAsync(services =>
        {
            week.Keep(services);
            services.AddSingleton<IDnsBlocking>(blocking.Source);
        });
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        blocking.Source.Set("one.example", allowed: false).Should().BeNull();
        blocking.Source.Pause(TimeSpan.FromMinutes(5), null).Should().BeNull();
        blocking.Source.Pause(TimeSpan.FromMinutes(5), "192.168.7.99").Should().BeNull();
        await page.GotoAsync("/dns?range=toString");
        await Expect(page.Locator("#flow-title")).ToContainTextAsync("hour");
        await page.GotoAsync("/dns?range=live");
        async Task UpdateAsync()
        {
            // The answer after the next one: then the next one has been shown.
            for (var i = 0; i < 2; i++)
                await page.WaitForResponseAsync(response => response.Url.EndsWith("/dns/blocking", StringComparison.Ordinal));
        }

        var own = page.Locator("#block-own button");
        await Expect(own).ToHaveCountAsync(1);
        await page.EvaluateAsync("for (const one of document.querySelectorAll('#block-own button, #pause-device option')) one.marked = true");
        await UpdateAsync();
        (await page.EvaluateAsync<bool>("[...document.querySelectorAll('#block-own button, #pause-device option')].every(one => one.marked)")).Should().BeTrue("nothing has changed");

        await own.FocusAsync();
        blocking.Source.Set("two.example", allowed: false).Should().BeNull();
        await UpdateAsync();
        await Expect(own).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause 5 min" }).FocusAsync();
        await Expect(own).ToHaveCountAsync(2);

        var pauses = page.Locator("#block-pauses button");
        await Expect(pauses).ToHaveCountAsync(2);
        await pauses.Filter(new() { HasText = "All devices" }).ClickAsync();
        await Expect(pauses).ToHaveCountAsync(1);
        await Expect(pauses).ToContainTextAsync("192.168.7.99");

        var rows = page.Locator("#queries tr");
        await Expect(rows).ToHaveCountAsync(100);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show older" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(200);
        await page.GetByRole(AriaRole.Button, new() { Name = "Block www.example.com", Exact = true }).Last.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Take back what was decided about www.example.com" }).Last).ToBeVisibleAsync();
        await Expect(rows).ToHaveCountAsync(200);
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Runs_end_at_holes_and_the_axis_has_round_times()
    {
        await using var home = await WebHome.StartAsync();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        await visitor.Page.GotoAsync("/sign-in");
        Task<string> ScriptAsync(string expression) => visitor.Page.EvaluateAsync<string>($"async () => {{ const f = await import('/assets/flow.js'); return JSON.stringify({expression}); }}");

        (await ScriptAsync("f.runs([0, 60, 120, 300, 420, 480].map(at => ({ at })), 60).map(run => run.length)")).Should().Be("[3,1,2]");
        (await ScriptAsync("f.runs([], 60)")).Should().Be("[]");
        (await ScriptAsync("f.ticks(Date.UTC(2026, 10, 30, 12, 1), Date.UTC(2026, 10, 30, 13, 1), 6).found.map(at => new Date(at).getMinutes() % 10)")).Should().Be("[0,0,0,0,0,0]");
        (await ScriptAsync("f.ticks(new Date(2026, 9, 22).getTime() + 1, new Date(2026, 9, 29).getTime() + 1, 8).found.map(at => new Date(at).getHours())")).Should().Be("[0,0,0,0,0,0,0]");
    }

    [Theory(Timeout = Limit)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    [InlineData(768, false)]
    [InlineData(768, true)]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    public async Task The_page_fits_every_screen_and_does_not_move_while_it_loads(int width, bool dark)
    {
        var look = $"{width}-{(dark ? "dark" : "light")}";
        using var week = new FurnishedWeek();
        await using var home = await WebHome.StartAsync(week.Keep);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, 900, dark, phone: width < 500);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.AddInitScriptAsync("window.shifted = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifted += e.value; }).observe({ type: 'layout-shift', buffered: true });");
        foreach (var range in new[] { "hour", "day", "week" })
        {
            await page.GotoAsync($"/dns?range={range}");
            await page.WaitForSelectorAsync("#queries tr");
            await page.WaitForSelectorAsync("#flow svg");
            await page.WaitForSelectorAsync("#top-names b");
            (await page.EvaluateAsync<double>("window.shifted")).Should().BeLessThan(0.1, $"nothing may move on {look}, {range}");
            await page.Locator("#flow").FocusAsync();
            await page.Keyboard.PressAsync("ArrowLeft");
            await Axe.CheckAsync(page, look, $"dns-{range}");
        }

        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Axe.PicturePath($"dns-whole-{look}"), FullPage = true });
        visitor.Faults.Should().BeEmpty();
    }

    /// <summary>A home with several DNS servers, one of which was there before.</summary>
    private sealed class HouseLine(params IDnsJournal[] servers) : IJournalLine
    {
        public Task<IReadOnlyList<JournalReport>> AskAsync(JournalInquiry inquiry, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<JournalReport>>([.. servers.Select(server => inquiry.AskOf(server, cancellationToken)), new JournalReport("192.168.7.4", "it does not answer")]);

        public void Answer(IDnsJournal journal) => throw new NotSupportedException();
    }
}
