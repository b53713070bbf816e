using System.Net.Http.Json;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>A server is changed on its page, and what was begun is still there after a reload.</summary>
[Trait("Category", "Slow")]
public class EditTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("desktop-light", 1280, 900, false)]
    [InlineData("phone-dark", 390, 844, true)]
    public async Task A_server_is_edited_updated_and_taken_back(string look, int width, int height, bool phone)
    {
        await using var home = await WebHome.StartAsync();
        home.Engine.Images.Add("nginx:stable");
        home.Engine.ImagePorts = [80];
        using (var local = home.OverSocket())
            await WebHome.CreateAsync(local, new { name = "site", image = "nginx:stable", memory = "256m", environment = new Dictionary<string, string> { ["MODE"] = "plain", ["KEYS"] = "a\nb" } });
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, height, dark: phone, phone);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GotoAsync("/servers/site");
        await Expect(page.Locator("#news")).ToHaveTextAsync("There is a newer nginx:stable.");
        await Expect(page.Locator("#open")).ToHaveAttributeAsync("href", "http://site.home/");

        // At once: the container stays.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Memory" })).ToHaveValueAsync("256m");
        await Expect(page.GetByLabel("Variables")).ToHaveValueAsync("MODE=plain");
        await Axe.CheckAsync(page, look, "edit");
        await page.GetByLabel("CPU cores").FillAsync("abc");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("#edit-problem")).ToContainTextAsync("abc is not a number of cores");
        await page.GetByLabel("CPU cores").FillAsync("1.5");
        await page.GetByLabel("Aliases").FillAsync("web shop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("#edit-dialog")).ToBeHiddenAsync();
        await Expect(page.Locator("#facts")).ToContainTextAsync("web, shop");
        home.Engine.Plans.Should().ContainSingle();

        // By a new container.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Variables").FillAsync("MODE=bright");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".making .outcome")).ToContainTextAsync("Done in");
        await Axe.CheckAsync(page, look, "edited");
        home.Engine.Plans[1].Environment.Should().Equal(new Dictionary<string, string> { ["KEYS"] = "a\nb", ["MODE"] = "bright" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Close site" }).ClickAsync();

        home.Engine.PulledId = "sha256:new";
        await page.GetByRole(AriaRole.Button, new() { Name = "Update image" }).ClickAsync();
        await page.Locator("#update-go").ClickAsync();
        await Expect(page.Locator(".making .outcome")).ToContainTextAsync("Done in");
        await Expect(page.Locator("#news")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close site" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo change" }).ClickAsync();
        await Expect(page.Locator(".making .outcome")).ToContainTextAsync("Done in");
        await Expect(page.Locator("#news")).ToBeVisibleAsync();
        await Expect(page.Locator("#history")).ToContainTextAsync("Change taken back");
        visitor.Faults.Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("desktop-light", 1280, 900, false)]
    [InlineData("phone-dark", 390, 844, true)]
    public async Task Logs_are_searched_downloaded_and_coloured_where_they_speak_of_an_error(string look, int width, int height, bool phone)
    {
        await using var home = await WebHome.StartAsync();
        FurnishedHome.Fill(home.Engine);
        for (var i = 0; i < 40; i++)
            home.Engine.Logs.Add(new EngineLogLine(DateTimeOffset.UnixEpoch.AddSeconds(i), IsError: true, i == 7 ? "ERROR: the disk is gone" : $"request {i} from 192.168.7.{i}"));
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, height, dark: phone, phone);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GotoAsync("/servers/airplay");
        await Expect(page.Locator("#logs > div")).ToHaveCountAsync(40);
        (await page.Locator("#logs .error").AllInnerTextsAsync()).Should().ContainSingle().Which.Should().Contain("the disk is gone", "what is written to standard error is not all an error");

        await page.GetByLabel("Search the logs").FillAsync("Request 3");
        await Expect(page.Locator("#log-found")).ToHaveTextAsync("11 of 40");
        (await page.Locator("#logs > div:visible").CountAsync()).Should().Be(11);
        await page.Locator("#log-search").ScrollIntoViewIfNeededAsync();
        await Axe.CheckAsync(page, look, "logs");
        var saved = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        saved.SuggestedFilename.Should().Be("airplay.log");
        (await File.ReadAllLinesAsync(await saved.PathAsync())).Should().HaveCount(40).And.Contain("1970-01-01T00:00:07.000Z ERROR: the disk is gone");
        visitor.Faults.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Results_stay_over_reloads_until_they_are_dismissed()
    {
        await using var home = await WebHome.StartAsync();
        home.Engine.Images.UnionWith(["gitea/gitea:1", "postgres:17"]);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        await page.GetByLabel("PostgreSQL").CheckAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "name", Exact = true }).FillAsync("db");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.Locator(".making .outcome")).ToContainTextAsync("POSTGRES_PASSWORD=");
        var secret = await page.Locator(".making pre").InnerTextAsync();
        await page.GotoAsync("/settings");
        await page.GotoAsync("/");
        await Expect(page.Locator(".making pre")).ToHaveTextAsync(secret);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close db" }).ClickAsync();

        // One that fails is changed and tried again, after a reload as well.
        home.Engine.StartFailure = new ServerProblem(ProblemCode.EngineRefused, "Docker refused: no");
        await page.Locator("#more summary").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Memory" }).FillAsync("64m");
        await page.GetByLabel("Variables").FillAsync("A=1");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "name", Exact = true }).FillAsync("web");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.Locator(".making .outcome.bad")).ToContainTextAsync("Docker refused: no");
        await page.ReloadAsync();
        await Expect(page.Locator(".making")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change web" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Memory" })).ToHaveValueAsync("64m");
        await Expect(page.GetByLabel("Variables")).ToHaveValueAsync("A=1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.Locator(".making .outcome.bad")).ToContainTextAsync("Docker refused: no");
        home.Engine.StartFailure = null;
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try web again" }).ClickAsync();
        await Expect(page.Locator(".making .outcome.good")).ToContainTextAsync("Ready in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close web" }).ClickAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("li.server")).ToHaveCountAsync(2);
        (await page.Locator(".making").CountAsync()).Should().Be(0);

        // What a terminal began is told there.
        home.Engine.StartFailure = new ServerProblem(ProblemCode.EngineRefused, "Docker refused: no");
        using var local = home.OverSocket();
        (await local.PostAsJsonAsync("/api/v1/servers", new { name = "other", image = "busybox" })).EnsureSuccessStatusCode();
        var listed = await local.GetFromJsonAsync<System.Text.Json.JsonElement>("/api/v1/operations");
        listed.EnumerateArray().Select(operation => operation.GetProperty("state").GetString()).Should().BeSubsetOf(["running"], "it may have ended by now");
        visitor.Faults.Should().BeEmpty();
    }
}
