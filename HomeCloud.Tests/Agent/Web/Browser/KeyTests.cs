using System.Net;
using HomeCloud.Agent.Servers.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>The first ssh box of a home without any key: who may log in is asked where it is created.</summary>
[Trait("Category", "Slow")]
public class KeyTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    [Theory(Timeout = Limit)]
    [InlineData("desktop-light", 1280, 900, false)]
    [InlineData("phone-dark", 390, 844, true)]
    public async Task A_key_is_asked_for_pasted_fetched_or_replaced_by_a_password(string look, int width, int height, bool phone)
    {
        await using var home = await WebHome.StartAsync(services => services.AddSingleton(new AccountKeys(new Accounts())));
        var file = Path.Combine(home.Folder, "authorized_keys");
        File.Delete(file);
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, height, dark: phone, phone);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        var name = page.GetByRole(AriaRole.Textbox, new() { Name = "name", Exact = true });
        var create = page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true });

        // Given up: what was typed is still there.
        await name.FillAsync("first");
        await create.ClickAsync();
        await Expect(page.Locator("#key-title")).ToBeVisibleAsync();
        await Axe.CheckAsync(page, look, "key");
        await page.Locator("#key-cancel").ClickAsync();
        await Expect(name).ToHaveValueAsync("first");

        await create.ClickAsync();
        await page.Locator("#key-password").ClickAsync();
        await Expect(page.Locator(".making .outcome")).ToContainTextAsync("HOMECLOUD_PASSWORD=");
        await Axe.CheckAsync(page, look, "password-once");
        home.Engine.Plans[0].Environment["HOMECLOUD_SSH_KEYS"].Should().BeEmpty();

        await name.FillAsync("second");
        await create.ClickAsync();
        await page.Locator("#key-go").ClickAsync();
        await Expect(page.Locator("#key-problem")).ToContainTextAsync("Paste a key");
        await page.GetByLabel("keys of an account").FillAsync("nobody");
        await page.Locator("#key-go").ClickAsync();
        await Expect(page.Locator("#key-problem")).ToContainTextAsync("no account nobody");
        await page.GetByLabel("keys of an account").FillAsync("mo");
        await page.Locator("#key-go").ClickAsync();
        await Expect(page.Locator(".making", new() { HasText = "second" }).Locator(".outcome")).ToContainTextAsync("Ready in");
        home.Engine.Plans[1].Environment["HOMECLOUD_SSH_KEYS"].Should().Be($"{Key} mo@github.com");

        File.Delete(file);
        await name.FillAsync("third");
        await create.ClickAsync();
        await page.GetByLabel("Public key").FillAsync($"{Key} mo@laptop");
        await page.Locator("#key-go").ClickAsync();
        await Expect(page.Locator(".making", new() { HasText = "third" }).Locator(".outcome")).ToContainTextAsync("Ready in");
        (await File.ReadAllTextAsync(file)).Should().Be($"{Key} mo@laptop\n", "it is kept for the next");
        visitor.Faults.RemoveAll(fault => fault.Contains("400", StringComparison.Ordinal) || fault.Contains("404", StringComparison.Ordinal));
        visitor.Faults.Should().BeEmpty();
    }

    /// <summary>The forge's answers; no test reaches the internet.</summary>
    private sealed class Accounts : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(
            request.RequestUri!.ToString() == "https://github.com/mo.keys"
                ? new HttpResponseMessage { Content = new StringContent($"{Key}\nnonsense\n") }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
