using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>axe-core (from npm, fetched by the test, kept outside of the sources) on a page; a picture of each page beside it.</summary>
internal static class Axe
{
    private const string Version = "4.10.3";
    private static readonly SemaphoreSlim One = new(1, 1);
    private static string? _source;

    /// <summary>Fails on faults that axe calls serious or critical, and on a page wider than its screen.</summary>
    public static async Task CheckAsync(IPage page, string look, string name)
    {
        await ScreenshotAsync(page, $"{name}-{look}");
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).Should().BeLessThanOrEqualTo(0, $"{name} must fit a {look} screen");

        // Evaluated by the debugger, which the page's content policy does not concern.
        await page.EvaluateAsync(await SourceAsync());
        var json = await page.EvaluateAsync<string>("async () => JSON.stringify((await axe.run(document, { resultTypes: ['violations'] })).violations)");
        var faults = JsonDocument.Parse(json).RootElement.EnumerateArray()
            .Where(v => v.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(v => $"{v.GetProperty("id").GetString()}: {v.GetProperty("help").GetString()} at {string.Join(", ", v.GetProperty("nodes").EnumerateArray().Take(3).Select(n => n.GetProperty("html").GetString()))}");
        faults.Should().BeEmpty($"{name} on {look} must be usable by everybody");
    }

    /// <summary>Where pictures go, to be looked at after a run.</summary>
    public static string PicturePath(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "homecloud-screenshots")).FullName, $"{name}.png");

    private static Task ScreenshotAsync(IPage page, string name) => page.ScreenshotAsync(new PageScreenshotOptions { Path = PicturePath(name) });

    private static async Task<string> SourceAsync()
    {
        await One.WaitAsync();
        try
        {
            if (_source is not null)
                return _source;

            var folder = Path.Combine(Path.GetTempPath(), $"homecloud-axe-{Version}");
            var file = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
            if (!File.Exists(file))
            {
                Directory.CreateDirectory(folder);
                using var npm = Process.Start(new ProcessStartInfo("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, $"axe-core@{Version}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
                using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
                var errors = await npm.StandardError.ReadToEndAsync(deadline.Token);
                await npm.WaitForExitAsync(deadline.Token);
                npm.ExitCode.Should().Be(0, errors);
            }

            return _source = await File.ReadAllTextAsync(file);
        }
        finally
        {
            One.Release();
        }
    }
}
