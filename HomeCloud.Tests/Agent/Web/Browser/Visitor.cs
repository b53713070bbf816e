using HomeCloud.Agent.Web.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>A person with a browser at one home; every script error and every dialog is remembered.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.SetDefaultTimeout(Chromium.Patience);
        page.PageError += (_, error) => Faults.Add(error);
        page.Dialog += (_, dialog) =>
        {
            Faults.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Faults.Add(message.Text);
        };
    }

    public IPage Page { get; }

    public List<string> Faults { get; } = [];

    public static async Task<Visitor> ComeAsync(IBrowser browser, WebHome home, int width = 1180, int height = 900, bool dark = false, bool phone = false, string locale = "en-GB")
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = home.Url.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            IsMobile = phone,
            HasTouch = phone,
            Locale = locale,
        });
        return new Visitor(context, await context.NewPageAsync());
    }

    /// <summary>Follows the one-time link, as a person does at the first start.</summary>
    public async Task SetPasswordAsync(WebHome home)
    {
        await Page.GotoAsync($"/setup#{home.Services.GetRequiredService<SetupLink>().Make()}");
        await Page.Locator("#password").FillAsync(WebHome.Password);
        await Page.Locator("#again").FillAsync(WebHome.Password);
        await Page.Locator("#setup button").ClickAsync();
        await Page.WaitForSelectorAsync("#servers[aria-busy=false]", new() { State = WaitForSelectorState.Attached });
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
