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
    public async Task TakePictureAsync(string url, string ready, string name, bool dark = false, bool phone = false)
    {
        await using var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            StorageState = await _context.StorageStateAsync(),
            ViewportSize = phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1180, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            IsMobile = phone,
            HasTouch = phone,
            Locale = "en-GB",
        });
        var page = Watch(await context.NewPageAsync());
        page.SetDefaultTimeout(Chromium.Patience);
        await page.GotoAsync(url);
        await page.WaitForSelectorAsync(ready);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Axe.PicturePath($"laptop-{name}") });
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
