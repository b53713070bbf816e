using System.Collections.Immutable;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>The list of servers: found by a word, and several changed at once.</summary>
[Trait("Category", "Slow")]
public sealed class ListTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("", "crashy dozer jelly oldie sickly")]
    [InlineData("running", "jelly sickly")]
    [InlineData("run", "jelly sickly")]
    [InlineData("up", "jelly sickly")]
    [InlineData("healthy", "jelly")]
    [InlineData("unhealthy", "sickly")]
    [InlineData("stopped", "oldie")]
    [InlineData("failed", "crashy oldie")]
    [InlineData("crashing", "crashy")]
    [InlineData("Asleep", "dozer")]
    [InlineData("NGINX", "jelly")]
    [InlineData("192.168.7.1", "jelly sickly")]
    [InlineData("192.168.7.99", "oldie")]
    [InlineData("films", "jelly")]
    [InlineData("running jel", "jelly")]
    [InlineData("newer", "jelly")]
    [InlineData("r", "crashy dozer")]
    [InlineData("nothing", "")]
    public async Task A_word_finds_what_people_mean_by_it(string words, string expected)
    {
        var page = await chromium.Browser.NewPageAsync();
        await page.RouteAsync("**/*", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = route.Request.Url.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript" : "text/html",
            Body = route.Request.Url.EndsWith(".js", StringComparison.Ordinal) ? ScriptText("filter.js") : "<p>",
        }));
        await page.GotoAsync("http://cloud.test/");
        var found = await page.EvaluateAsync<string>("""
            async words => {
              const { matches } = await import('/filter.js');
              const base = { addresses: [], aliases: [], image: 'debian' };
              const all = [
                { ...base, name: 'jelly', state: 'running', health: 'healthy', image: 'Nginx:stable', addresses: ['192.168.7.10'], aliases: ['films'] },
                { ...base, name: 'sickly', state: 'running', health: 'unhealthy', addresses: ['192.168.7.11'] },
                { ...base, name: 'dozer', state: 'asleep' },
                { ...base, name: 'oldie', state: 'stopped', exitCode: 1, keptAddress: '192.168.7.99' },
                { ...base, name: 'crashy', state: 'restarting', exitCode: 1 },
              ];
              return all.filter(s => matches(s, words, s.name === 'jelly')).map(s => s.name).sort().join(' ');
            }
            """, words);
        await page.CloseAsync();
        found.Should().Be(expected);
    }

    [Theory(Timeout = Limit)]
    [InlineData("desktop-light", 1280, 900, false)]
    [InlineData("phone-dark", 390, 844, true)]
    public async Task The_filter_is_always_there_and_stays_over_changes_and_reloads(string look, int width, int height, bool phone)
    {
        await using var home = await WebHome.StartAsync();
        FurnishedHome.Fill(home.Engine);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, height, dark: phone, phone);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        var (filter, count) = (page.Locator("#filter"), page.Locator("#count"));
        await Expect(filter).ToBeVisibleAsync();
        await Expect(count).ToHaveTextAsync("7");

        // From anywhere but a field.
        await page.Locator("#list-title").ClickAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("running");
        await Expect(count).ToHaveTextAsync("6 of 7");
        await Expect(page.Locator("li.server[data-name=minecraft]")).ToBeHiddenAsync();
        await Axe.CheckAsync(page, look, "filter");
        new Uri(page.Url).Query.Should().Be("?filter=running");

        await home.Engine.StopAsync(2.ToString("x64"), default);
        await Expect(count).ToHaveTextAsync("5 of 7");
        await Expect(page.Locator("li.server[data-name=git]")).ToBeHiddenAsync();
        await page.ReloadAsync();
        await Expect(filter).ToHaveValueAsync("running");
        await Expect(count).ToHaveTextAsync("5 of 7");

        await filter.FillAsync("no such thing");
        await Expect(page.Locator("#none")).ToBeVisibleAsync();
        await filter.PressAsync("Escape");
        await Expect(filter).ToHaveValueAsync("");
        await Expect(count).ToHaveTextAsync("7");
        new Uri(page.Url).Query.Should().BeEmpty();
        visitor.Faults.Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("desktop-dark", 1280, 900, false)]
    [InlineData("phone-light", 390, 844, true)]
    public async Task Several_are_stopped_and_removed_at_once_and_each_says_how_it_went(string look, int width, int height, bool phone)
    {
        await using var home = await WebHome.StartAsync();
        FurnishedHome.Fill(home.Engine);
        home.Engine.Add(new ContainerFacts
        {
            Id = new string('d', 64),
            Name = "homecloud-dns",
            Image = "homecloud",
            Life = ContainerLife.Running,
            StartedAt = DateTimeOffset.UtcNow,
            Labels = ImmutableDictionary<string, string>.Empty.Add(HomeCloudLabels.Role, "dns"),
        });
        home.Engine.StopRefusal = name => name == "git" ? new ServerProblem(ProblemCode.EngineRefused, "The engine is tired.") : null;
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, height, dark: !phone, phone);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await Expect(page.Locator("#own li.server")).ToHaveCountAsync(1);
        await Expect(page.Locator("#servers input[type=checkbox]:visible")).ToHaveCountAsync(0);

        // Off until it is wanted; HomeCloud itself is never in it.
        await page.GetByRole(AriaRole.Button, new() { Name = "Select" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "Select homecloud-dns" })).ToHaveCountAsync(0);
        await page.GetByLabel("Select nextcloud").CheckAsync();
        await Expect(page.Locator("#selected")).ToHaveTextAsync("1 of 7 selected");

        // What the filter hides is not selected any more.
        await page.Locator("#filter").FillAsync("gi");
        await Expect(page.Locator("#selected")).ToHaveTextAsync("0 of 1 selected");
        await page.Locator("#filter").FillAsync("");
        await Expect(page.Locator("#selected")).ToHaveTextAsync("0 of 7 selected");
        await page.GetByLabel("All shown").CheckAsync();
        await Expect(page.Locator("#selected")).ToHaveTextAsync("7 of 7 selected");
        await Axe.CheckAsync(page, look, "select");
        await page.Locator("[data-action=stop]").ClickAsync();

        var result = page.Locator("#bulk-result");
        await Expect(result.GetByRole(AriaRole.Status)).ToHaveTextAsync("Stop: 5 stopped, 1 left as they were, 1 failed");
        await Expect(result.Locator("li.failed")).ToContainTextAsync("git: The engine is tired.");
        await Expect(result.Locator("li.skipped")).ToHaveTextAsync("–minecraft does not run");
        await Expect(page.Locator("#selected")).ToHaveTextAsync("2 of 7 selected");
        home.Engine.Containers.Where(c => c.Life == ContainerLife.Running).Select(c => c.Name).Should().BeEquivalentTo("git", "homecloud-dns");
        await Axe.CheckAsync(page, look, "bulk-result");

        // By keyboard: the failed one is left alone, another is removed after the same question.
        await page.GetByLabel("Select git").UncheckAsync();
        await page.GetByLabel("Select postgres").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Locator("[data-action=remove]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#bulk-remove-title")).ToHaveTextAsync("Remove 2 servers?");
        await Expect(page.Locator("#bulk-remove-names")).ToHaveTextAsync("minecraft, postgres");
        await Expect(page.Locator("#bulk-volumes")).Not.ToBeCheckedAsync();
        await Axe.CheckAsync(page, look, "bulk-remove");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#bulk-remove")).ToBeHiddenAsync();
        home.Engine.Removals.Should().BeEmpty("the question was answered with no");
        await page.Locator("[data-action=remove]").ClickAsync();
        await page.Locator("#bulk-remove-go").ClickAsync();
        await Expect(result.GetByRole(AriaRole.Status)).ToHaveTextAsync("Remove: 2 removed");
        await Expect(page.Locator("#count")).ToHaveTextAsync("5");
        home.Engine.Removals.Should().Equal(false, false);
        visitor.Faults.RemoveAll(f => f.Contains("502", StringComparison.Ordinal));
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_newer_image_shows_in_the_list_as_soon_as_its_registry_said_so()
    {
        await using var home = await WebHome.StartAsync();
        home.Engine.Images.Add("nginx:stable");
        using (var local = home.OverSocket())
            await WebHome.CreateAsync(local, new { name = "site", image = "nginx:stable" });
        home.Engine.RegistryQuestions.Should().Be(0);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        await visitor.SetPasswordAsync(home);
        await Expect(visitor.Page.Locator("li.server[data-name=site] .news")).ToHaveTextAsync("newer image");
        await visitor.Page.Locator("#filter").FillAsync("newer");
        await Expect(visitor.Page.Locator("#count")).ToHaveTextAsync("1 of 1");
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("li.server[data-name=site] .news")).ToBeVisibleAsync();
        home.Engine.RegistryQuestions.Should().Be(1);
        visitor.Faults.Should().BeEmpty();
    }

    private static string ScriptText(string name)
    {
        using var stream = typeof(Labels).Assembly.GetManifestResourceStream($"assets/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
