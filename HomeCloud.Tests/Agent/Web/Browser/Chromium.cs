using Microsoft.Playwright;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>Debian's Chromium for the tests of one class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Milliseconds that a page may take until it shows what is expected, on a machine with other things to do.</summary>
    public const float Patience = 30_000;

    public const string Path = "/usr/bin/chromium";
    private IPlaywright? _playwright;

    /// <summary>Runs as root, without a graphics card, and calls nobody by itself.</summary>
    public static string[] Arguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        File.Exists(Path).Should().BeTrue("./test installs chromium; by hand: apt-get install chromium");
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Args = Arguments,
        });
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
