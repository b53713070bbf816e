using HomeCloud.Tests.Agent.Web.Doh;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>Records of any type, on the page of a home whose DNS server is in the same process.</summary>
[Trait("Category", "Slow")]
public sealed class RecordsPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory(Timeout = 120_000)]
    [InlineData("phone", 390)]
    [InlineData("desktop", 1280)]
    public async Task A_record_is_added_explained_when_it_is_wrong_and_removed(string look, int width)
    {
        await using var home = await DohHome.StartAsync();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home.Web, width, 900, phone: width < 500);
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home.Web);
        await page.GotoAsync("/names");
        var form = page.Locator("#add-record");
        async Task AddAsync(string name, string type, string data)
        {
            await form.GetByLabel("Full name").FillAsync(name);
            await form.GetByLabel("Type").FillAsync(type);
            await form.GetByLabel("Data").FillAsync(data);
            await form.GetByRole(AriaRole.Button).ClickAsync();
        }

        await AddAsync("airplay.home", "MX", "10 mail.home.");
        await Expect(page.Locator("#records tbody tr")).ToHaveCountAsync(1);
        await AddAsync("_acme-challenge.airplay.home", "TXT", "\"LHDhK3oGRvkiefQnx7OOczTY5Tic_xZ6HcMOc_gmtoM\"");
        await Expect(page.Locator("#records tbody tr")).ToHaveCountAsync(2);
        await AddAsync("nas.example.org", "A", "192.168.1.20");
        await Expect(page.Locator(".toast.bad")).ToContainTextAsync("is in no zone of the home");
        await Axe.CheckAsync(page, look, "records");

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove airplay.home." }).ClickAsync();
        await Expect(page.Locator("#records tbody tr")).ToHaveCountAsync(1);
        visitor.Faults.RemoveAll(fault => fault.Contains("400", StringComparison.Ordinal));
        visitor.Faults.Should().BeEmpty();
    }
}
