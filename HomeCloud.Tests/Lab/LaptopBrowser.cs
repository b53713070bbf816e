using HomeCloud.Lab.Machines;
using HomeCloud.Tests.Agent.Web.Browser;
using Microsoft.Playwright;

namespace HomeCloud.Tests.Lab;

/// <summary>
/// Chromium on the lab's laptop: started in its namespaces, so that it uses its resolver and its LAN. Playwright starts it
/// through a small script, and speaks to it over pipes, which namespaces do not concern.
/// </summary>
internal sealed class LaptopBrowser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly IBrowserContext _context;
    private readonly string _script;

    private LaptopBrowser(IPlaywright playwright, IBrowser browser, IBrowserContext context, IPage page, string script)
    {
        _playwright = playwright;
        _browser = browser;
        _context = context;
        _script = script;
        Page = Watch(page);
    }

    public IPage Page { get; }

    public List<string> Faults { get; } = [];

    public static async Task<LaptopBrowser> StartAsync(Machine laptop)
    {
        var script = Path.Combine(Path.GetTempPath(), $"homecloud-laptop-chromium-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec {string.Join(' ', laptop.Enter(Chromium.Path).Select(a => $"'{a}'"))} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assertions.SetDefaultExpectTimeout(Chromium.Patience);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = script, Args = Chromium.Arguments });
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1180, Height = 900 }, Locale = "en-GB" });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Chromium.Patience);
        return new LaptopBrowser(playwright, browser, context, page, script);
    }

    public async Task<IPage> NewPageAsync()
    {
        var page = await _context.NewPageAsync();
        page.SetDefaultTimeout(Chromium.Patience);
        return page;
    }

    /// <summary>A picture of a page as another screen shows it, with this browser's session.</summary>
    /// <param name="url">The page.</param>
    /// <param name="ready">What must be seen before it is taken.</param>
    /// <param name="name">Of the file, in the folder that the other tests' pictures go to.</param>
    /// <param name="dark">The system's colours.</param>
    /// <param name="phone">A small screen.</param>
    public Task TakePictureAsync(string url, string ready, string name, bool dark = false, bool phone = false) => OnScreenAsync(phone ? 390 : 1180, dark, "en-GB", async page =>
    {
        await page.GotoAsync(url);
        await page.WaitForSelectorAsync(ready);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Axe.PicturePath($"laptop-{name}") });
    });

    /// <summary>Another screen, with this browser's session.</summary>
    /// <param name="width">Below 500 it is a phone's, with touch.</param>
    /// <param name="dark">The system's colours.</param>
    /// <param name="locale">The system's language.</param>
    /// <param name="look">What is done there.</param>
    public async Task OnScreenAsync(int width, bool dark, string locale, Func<IPage, Task> look)
    {
        var phone = width < 500;
        await using var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            StorageState = await _context.StorageStateAsync(),
            ViewportSize = new ViewportSize { Width = width, Height = phone ? 844 : 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            IsMobile = phone,
            HasTouch = phone,
            Locale = locale,
        });
        var page = Watch(await context.NewPageAsync());
        page.SetDefaultTimeout(Chromium.Patience);
        await look(page);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        File.Delete(_script);
    }

    private IPage Watch(IPage page)
    {
        page.PageError += (_, error) => Faults.Add(error);
        return page;
    }
}
