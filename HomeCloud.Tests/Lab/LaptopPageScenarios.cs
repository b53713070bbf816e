using System.Text.Json;
using System.Text.RegularExpressions;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Lab;

/// <summary>The page at http://cloud.home/ in a browser on the lab's laptop: real names, real containers, a real engine.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class LaptopPageScenarios(EmbeddedLab fixture)
{
    private const string Home = "http://cloud.home/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Household = ["airplay", "git", "media", "notes"];
    private readonly HomeLab _lab = fixture.Lab;

    [Fact(Timeout = 300_000)]
    public async Task A_person_signs_in_creates_opens_renames_reads_logs_and_removes()
    {
        var link = (await HomeCloudAsync("setup-link")).Split('\n').Last(line => line.StartsWith(Home, StringComparison.Ordinal)).Trim();
        await using var browser = await LaptopBrowser.StartAsync(_lab.Laptop);
        var page = browser.Page;
        try
        {
            await SetPasswordAsync(page, link);
            await SignOutAndInAsync(page);
            await CreateAsync(page, "gallery", BoxImage.Name);
            await OpenItsPortAsync(browser);
            await RenameAsync(page);
            await Expect(page.Locator("#logs")).ToContainTextAsync("Not backgrounding");
            await Expect(page.Locator("#history")).ToContainTextAsync($"by web from {Lan.Laptop4}");
            await (await browser.NewPageAsync()).GotoAsync("http://pictures.home:8080/");
            await RemoveAsync(page);
            browser.Faults.Should().BeEmpty();

            // It was the laptop's address that all this came from: the browser stands in its network, not in ours.
            var history = JsonDocument.Parse((await _lab.Server.Machine.RunAsync(["curl", "--silent", "--unix-socket", "/run/homecloud/agent.sock", "http://agent/api/v1/history"])).OrFail().Output);
            history.RootElement.EnumerateArray().First(l => l.GetProperty("kind").GetString() == "removed").GetProperty("by").GetString().Should().Be($"web from {Lan.Laptop4}");
        }
        finally
        {
            await RunAsync("rm", "--yes", "--volumes", "gallery");
            await RunAsync("rm", "--yes", "--volumes", "pictures");
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Its_pictures_for_the_documentation_are_taken_on_desktop_and_phone_dark_and_light()
    {
        var link = (await HomeCloudAsync("setup-link")).Split('\n').Last(line => line.StartsWith(Home, StringComparison.Ordinal)).Trim();
        await using var browser = await LaptopBrowser.StartAsync(_lab.Laptop);
        try
        {
            await SetPasswordAsync(browser.Page, link);
            foreach (var name in Household)
                await HomeCloudAsync("create", name, "--image", BoxImage.Name, "--memory", "64m");

            await CreateAsync(browser.Page, "studio");
            await browser.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Agent.Web.Browser.Axe.PicturePath("laptop-create-desktop-light") });
            await browser.Page.GotoAsync($"{Home}health");
            await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Run checks" }).ClickAsync();
            await Expect(browser.Page.Locator("#verdict")).ToContainTextAsync("checks", new() { Timeout = (float)Patience.TotalMilliseconds });
            await Expect(browser.Page.Locator("#goods")).ToContainTextAsync("engine");

            await browser.TakePictureAsync(Home, "li.server[data-name=airplay] .gauge.memory b:not(:text-is('–'))", "servers-desktop-light");
            await browser.TakePictureAsync(Home, "li.server[data-name=airplay] .gauge.memory b:not(:text-is('–'))", "servers-phone-light", phone: true);
            await browser.TakePictureAsync(Home, "li.server[data-name=airplay] .gauge.memory b:not(:text-is('–'))", "servers-phone-dark", dark: true, phone: true);
            await browser.TakePictureAsync($"{Home}servers/airplay", "#usage svg", "server-desktop-dark", dark: true);
            await browser.TakePictureAsync($"{Home}dns", "#queries tr", "dns-desktop-dark", dark: true);
            await browser.TakePictureAsync($"{Home}health", "#goods .finding", "health-desktop-light");
            browser.Faults.Should().BeEmpty();
        }
        finally
        {
            await RunAsync(["rm", "--yes", "--volumes", "studio", .. Household]);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Every_page_fits_and_is_usable_at_each_width_in_each_colour_and_language()
    {
        // Each width in both colours and both languages; ready is what a page shows last.
        (int Width, bool Dark, string Locale)[] screens = [(390, false, "en-GB"), (390, true, "ja-JP"), (768, true, "en-GB"), (768, false, "ja-JP"), (1280, true, "en-GB"), (1280, false, "ja-JP")];
        (string Path, string Ready)[] pages = [("", "li.server[data-name=airplay]"), ("servers/airplay", "#history li"), ("dns", "#queries tr"), ("names", "#add"), ("health", "#examine"), ("settings", "#history li")];
        var link = (await HomeCloudAsync("setup-link")).Split('\n').Last(line => line.StartsWith(Home, StringComparison.Ordinal)).Trim();
        await using var browser = await LaptopBrowser.StartAsync(_lab.Laptop);
        try
        {
            await SetPasswordAsync(browser.Page, link);
            await HomeCloudAsync("create", "airplay", "--image", BoxImage.Name, "--memory", "64m");
            foreach (var (width, dark, locale) in screens)
            {
                await browser.OnScreenAsync(width, dark, locale, async page =>
                {
                    foreach (var (path, ready) in pages)
                    {
                        await page.GotoAsync(Home + path);
                        await page.WaitForSelectorAsync(ready);
                        (await page.GetAttributeAsync("html", "lang")).Should().Be(locale[..2]);
                        await Agent.Web.Browser.Axe.CheckAsync(page, $"{width}-{(dark ? "dark" : "light")}-{locale[..2]}", $"laptop-{(path.Length == 0 ? "servers" : path.Replace('/', '-'))}");
                    }
                });
            }

            browser.Faults.Should().BeEmpty();
        }
        finally
        {
            await RunAsync("rm", "--yes", "--volumes", "airplay");
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_sleeping_server_shows_who_woke_it_and_is_woken_by_a_button()
    {
        const string Name = "library";
        var link = (await HomeCloudAsync("setup-link")).Split('\n').Last(line => line.StartsWith(Home, StringComparison.Ordinal)).Trim();
        await using var browser = await LaptopBrowser.StartAsync(_lab.Laptop);
        var page = browser.Page;
        using var laptop = new LaptopTools(_lab);
        try
        {
            await SetPasswordAsync(page, link);
            await HomeCloudAsync("create", Name, "--image", BoxImage.Name, "--memory", "64m", "--sleep", "15m");
            await HomeCloudAsync("sleep", Name);
            // Asked through the router, it would be the router who woke it.
            await laptop.DigAsync($"@{Lan.Server4(0)}", $"{Name}.home");
            await Expect(page.Locator($"li.server[data-name={Name}]")).ToContainTextAsync("running");
            await HomeCloudAsync("sleep", Name);

            await Expect(page.Locator($"li.server[data-name={Name}]")).ToContainTextAsync("asleep");
            await page.GotoAsync($"{Home}servers/{Name}");
            await Expect(page.Locator("#state")).ToHaveTextAsync("asleep");
            await Expect(page.Locator("#history")).ToContainTextAsync(new Regex($"Woken.*A query.*by {Lan.Laptop4}"));
            await Expect(page.Locator("#wake")).ToBeVisibleAsync();
            await browser.TakePictureAsync($"{Home}servers/{Name}", "#wake:visible", "server-asleep-desktop-light");

            await page.Locator("#wake").ClickAsync();
            await Expect(page.Locator("#state")).ToHaveTextAsync("running", new() { Timeout = (float)Patience.TotalMilliseconds });
            (await laptop.SshAsync($"{Name}.home", 22, "hostname")).Should().Be(Name);
            await page.Locator("#sleep").ClickAsync();
            await Expect(page.Locator("#state")).ToHaveTextAsync("asleep", new() { Timeout = (float)Patience.TotalMilliseconds });
            browser.Faults.Should().BeEmpty();
        }
        finally
        {
            await RunAsync("rm", "--yes", "--volumes", Name);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_shell_is_typed_into_on_the_page_follows_the_window_and_ends()
    {
        const string Name = "workshop";
        var link = (await HomeCloudAsync("setup-link")).Split('\n').Last(line => line.StartsWith(Home, StringComparison.Ordinal)).Trim();
        await using var browser = await LaptopBrowser.StartAsync(_lab.Laptop);
        var page = browser.Page;
        try
        {
            await SetPasswordAsync(page, link);
            await HomeCloudAsync("create", Name, "--image", BoxImage.Name, "--memory", "64m");
            await page.GotoAsync($"{Home}servers/{Name}");
            await page.GetByRole(AriaRole.Link, new() { Name = "Terminal" }).ClickAsync();
            var screen = page.Locator(".xterm-rows");
            await Expect(page.Locator("#state")).ToHaveTextAsync("sh", new() { Timeout = (float)Patience.TotalMilliseconds });
            await page.Keyboard.TypeAsync("echo \"[$(hostname)]\"\n");
            await Expect(screen).ToContainTextAsync($"[{Name}]");

            await page.Keyboard.TypeAsync("echo \"wide=$(stty size | cut -d ' ' -f 2)=\"\n");
            await Expect(screen).ToContainTextAsync(new Regex("wide=[0-9]+="));
            await page.SetViewportSizeAsync(500, 600);
            await page.Keyboard.TypeAsync("clear; n=$(stty size | cut -d ' ' -f 2); [ $n -lt 70 ] && echo \"narrow=$((n > 20))=\"\n");
            await Expect(screen).ToContainTextAsync("narrow=1=");

            await page.Keyboard.TypeAsync("exit\n");
            await Expect(screen).ToContainTextAsync("The shell has ended, exit code 0.");
            await page.Locator("#title a").ClickAsync();
            await Expect(page.Locator("#history")).ToContainTextAsync(new Regex($"Terminal closed.*by web from {Lan.Laptop4}"));
            await Expect(page.Locator("#history")).Not.ToContainTextAsync("hostname");
            browser.Faults.Should().BeEmpty();
        }
        finally
        {
            await RunAsync("rm", "--yes", "--volumes", Name);
        }
    }

    private static async Task SetPasswordAsync(IPage page, string link)
    {
        await page.GotoAsync(link);
        await page.GetByLabel("Password").FillAsync("correct horse battery");
        await page.GetByLabel("Repeat").FillAsync("correct horse battery");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set password" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Home);
    }

    private static async Task SignOutAndInAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByLabel("Password").FillAsync("correct horse battery");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Home);
    }

    private static async Task CreateAsync(IPage page, string name, string? image = null)
    {
        if (image is not null)
        {
            await page.GetByText("More options").ClickAsync();
            await page.GetByLabel("Image").FillAsync(image);
        }

        await page.GetByRole(AriaRole.Textbox, new() { Name = "name", Exact = true }).FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.Locator(".making .outcome")).ToContainTextAsync("Ready in", new() { Timeout = (float)Patience.TotalMilliseconds });
    }

    /// <summary>As a person would: by the link, in the same browser.</summary>
    private static async Task OpenItsPortAsync(LaptopBrowser browser)
    {
        var row = browser.Page.Locator("li.server[data-name=gallery]");
        (await row.GetByRole(AriaRole.Link, new() { Name = ":8080" }).GetAttributeAsync("href")).Should().Be("http://gallery.home:8080/");
        var other = await browser.Page.Context.RunAndWaitForPageAsync(() => row.GetByRole(AriaRole.Link, new() { Name = ":8080" }).ClickAsync());
        await Expect(other.Locator("body")).ToContainTextAsync("Hello from gallery");
        await other.CloseAsync();
        await row.GetByRole(AriaRole.Link, new() { Name = "gallery", Exact = true }).ClickAsync();
    }

    private static async Task RenameAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await page.GetByLabel("New name").FillAsync("pictures");
        await page.Locator("#rename-go").ClickAsync();
        await Expect(page.Locator("#title")).ToHaveTextAsync("pictures");
    }

    private static async Task RemoveAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.Locator("#remove-go").ClickAsync();
        await Expect(page.Locator("#servers")).Not.ToContainTextAsync("pictures");
        await page.GotoAsync($"{Home}dns");
        await Expect(page.Locator("#queries")).ToContainTextAsync("pictures.home");
    }

    private async Task<string> HomeCloudAsync(params string[] arguments) => (await RunAsync(arguments)).OrFail().Output;

    private Task<CommandResult> RunAsync(params string[] arguments) => _lab.Server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: Patience);
}
