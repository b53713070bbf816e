using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Figures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>What one server uses, on its page.</summary>
[Trait("Category", "Slow")]
public sealed class UsageCardTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData(390, true)]
    [InlineData(1280, false)]
    public async Task A_week_of_a_server_is_shown_with_its_gap_and_a_value_under_the_key(int width, bool phone)
    {
        await using var home = await WebHome.StartAsync(Keep);
        FurnishedHome.Fill(home.Engine);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, 900, dark: phone, phone: phone);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GotoAsync("/servers/airplay");
        await page.GetByLabel("Week", new() { Exact = true }).CheckAsync();

        foreach (var (chart, unit) in new[] { ("cpu", "% of a core"), ("memory", "in use"), ("network", "a second") })
        {
            await Expect(page.Locator($"#{chart} svg text").Filter(new() { HasText = unit })).ToHaveCountAsync(1);
            (await page.Locator($"#{chart} .gap").CountAsync()).Should().Be(1, "the agent was off for a day");
        }

        (await page.Locator("#cpu polygon").CountAsync()).Should().Be(2, "an area ends at a gap");
        (await page.Locator("#network polygon").CountAsync()).Should().Be(4);
        var memory = page.GetByRole(AriaRole.Slider, new() { Name = "Memory" });
        await memory.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(memory).ToHaveAttributeAsync("aria-valuetext", new System.Text.RegularExpressions.Regex("64\\.0 MiB$"));
        await Expect(page.Locator("#memory-value")).ToContainTextAsync("64.0 MiB");
        await Axe.CheckAsync(page, phone ? "phone-dark" : "wide", "usage");

        await page.ReloadAsync();
        await Expect(page.GetByLabel("Week", new() { Exact = true })).ToBeCheckedAsync();
        await page.GetByLabel("Now", new() { Exact = true }).CheckAsync();
        await Expect(page.Locator("#usage svg")).ToHaveCountAsync(2);
        visitor.Faults.Should().BeEmpty();
    }

    private static void Keep(IServiceCollection services)
    {
        var options = (ServersOptions)services.Single(service => service.ServiceType == typeof(ServersOptions)).ImplementationInstance!;
        File.WriteAllBytes(Path.Combine(options.DataDirectory, "usage.bin"), UsageCoding.Write([new("airplay", Week())]));
    }

    private static UsageSeries Week()
    {
        var series = new UsageSeries();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var at = now - (7 * 86_400) + 1800; at < now; at += 300)
        {
            var part = (at - now) / 86_400.0;
            if (part is > -4 and < -3)
                continue;
            series.Add(at, new UsageSpan(300, 150 * (1 + Math.Sin(part * 6)), 64L << 20, (long)(3e7 * (1 + Math.Cos(part * 9))), 1 << 22), now);
        }

        return series;
    }
}
