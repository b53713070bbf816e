using HomeCloud.Agent.Web.Health;
using HomeCloud.Net.Localization;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>What the agent knows to be broken is seen without a health check, and its end too.</summary>
[Trait("Category", "Slow")]
public class AlarmPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task An_alarm_lights_the_dot_and_stands_on_the_health_page_as_long_as_it_lasts()
    {
        await using var home = await WebHome.StartAsync(services => services.AddSingleton<IHealthExaminer>(new ScriptedExaminer()));
        var desk = home.Services.GetRequiredService<HealthDesk>();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, locale: "ja-JP");
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        var dot = page.Locator("nav a.bad[href='/health']");
        await Expect(dot).ToHaveCountAsync(0);

        desk.Show([new RaisedAlarm("dns-servers", "DNS servers", new Trouble("192.168.1.54", (Phrase)$"The DNS server {"192.168.1.54"} does not answer. If it was removed for good, it is forgotten after a day."))]);
        await Expect(dot).ToHaveCountAsync(1);
        await page.GotoAsync("/health");
        await Expect(page.Locator("#troubles")).ToContainTextAsync("DNS サーバー 192.168.1.54 が応答しません。");
        await Expect(dot).ToHaveCountAsync(1);

        desk.Show([]);
        await Expect(dot).ToHaveCountAsync(0);
        await Expect(page.Locator("#found")).ToBeHiddenAsync();
        visitor.Faults.Should().BeEmpty();
    }
}
