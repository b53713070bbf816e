using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Live;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>What is not there is 404, with the menu for people and without a page for programs.</summary>
public sealed class NotFoundTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("/servers/nobody", "There is no server named")]
    [InlineData("/nothing", "There is no page")]
    [InlineData("/nothing/at/all", "There is no page")]
    [InlineData("/servers/%3Cscript%3E", "&lt;script&gt;")]
    public async Task People_get_a_page_with_the_menu(string path, string says)
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();
        await home.Services.GetRequiredService<ServerDirectory>().RefreshAsync(CancellationToken.None);

        var response = await browser.GetAsync(path);

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).Should().Contain(says).And.Contain("<nav");
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_there_has_its_page()
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();
        home.Engine.Add(new ContainerFacts { Id = new string('a', 64), Name = "box", Image = "box", Life = ContainerLife.Running });
        await home.Services.GetRequiredService<ServerDirectory>().RefreshAsync(CancellationToken.None);

        (await browser.GetAsync("/servers/box")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory(Timeout = Limit)]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/nothing")]
    [InlineData("/assets/nothing.js")]
    public async Task Programs_get_no_page(string path)
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();

        var response = await browser.GetAsync(path);

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).Should().NotContain("<nav");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stranger_is_led_to_the_sign_in_wherever_he_goes()
    {
        await using var home = await WebHome.StartAsync();
        using var stranger = home.Stranger();

        (await stranger.GetAsync("/nothing")).Headers.Location!.OriginalString.Should().Contain("/sign-in");
    }
}
