using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>What somebody has is taken over only when that is asked for, and HomeCloud's own containers not at all.</summary>
public sealed class TakeOverTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_static_name_that_leads_elsewhere_stays_unless_it_shall_be_replaced()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        await PutAsync(client, "names/nas", "192.168.1.20", HttpStatusCode.NoContent);
        await PutAsync(client, "names/nas", "192.168.1.20", HttpStatusCode.NoContent);

        var refused = await PutAsync(client, "names/nas", "192.168.1.21", HttpStatusCode.Conflict);

        refused.GetProperty("code").GetString().Should().Be("nameTaken");
        refused.GetProperty("title").GetString().Should().Be("nas is already a static name, for 192.168.1.20.");
        refused.GetProperty("fix").GetString().Should().Contain("--replace");
        (await client.GetStringAsync("/api/v1/names")).Should().Contain("192.168.1.20");
        await PutAsync(client, "names/nas?replace=true", "192.168.1.21", HttpStatusCode.NoContent);
        (await client.GetStringAsync("/api/v1/names")).Should().Contain("192.168.1.21");
    }

    [Fact(Timeout = Limit)]
    public async Task A_static_name_does_not_hide_a_running_server_unless_it_shall()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        await home.Registry.ReplaceAsync("attic", [new NameRecord { Name = "box", Owner = "attic", Addresses = [IPAddress.Parse("192.168.7.9")] }]);
        await home.Registry.RenewLeaseAsync("attic", TimeSpan.FromMinutes(5));

        var refused = await PutAsync(client, "names/box", "192.168.1.21", HttpStatusCode.Conflict);

        refused.GetProperty("title").GetString().Should().Be("box is already the name of a server on attic (192.168.7.9).");
        await PutAsync(client, "names/box?replace=true", "192.168.1.21", HttpStatusCode.NoContent);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_ends_another_of_its_name_only_when_it_shall()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        var first = (await MadeAsync(client, replace: false)).GetProperty("token").GetString()!;

        (await MadeAsync(client, replace: false)).GetProperty("code").GetString().Should().Be("nameTaken");
        using var script = home.WithToken(first);
        (await script.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.OK, "it is still good");

        (await MadeAsync(client, replace: true)).GetProperty("token").GetString().Should().NotBe(first);
        (await script.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact(Timeout = Limit)]
    public async Task Containers_of_HomeCloud_itself_are_shown_as_such_and_neither_stopped_renamed_nor_removed()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        home.Engine.Add(new ContainerFacts
        {
            Id = new string('a', 64),
            Name = "homecloud-dns-1",
            Image = "homecloud/dns",
            Life = ContainerLife.Running,
            StartedAt = DateTimeOffset.UtcNow,
            Labels = ImmutableDictionary<string, string>.Empty.Add(HomeCloudLabels.Role, "dns"),
        });

        foreach (var response in new[]
        {
            await client.DeleteAsync("/api/v1/servers/homecloud-dns-1?force=true"),
            await client.PostAsync("/api/v1/servers/homecloud-dns-1/stop", null),
            await client.PostAsJsonAsync("/api/v1/servers/homecloud-dns-1/rename", new { name = "box" }),
        })
        {
            response.StatusCode.Should().Be(HttpStatusCode.Conflict);
            (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().Should().Be("ownContainer");
        }

        var shown = await client.GetFromJsonAsync<JsonElement>("/api/v1/servers/homecloud-dns-1");
        shown.GetProperty("role").GetString().Should().Be("dns");
        shown.GetProperty("state").GetString().Should().Be("running");
        (await client.PostAsync("/api/v1/servers/homecloud-dns-1/restart", null)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_too_short_for_Docker_is_refused_before_anything_is_made()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();

        var response = await client.PostAsJsonAsync("/api/v1/servers", new { name = "z" });

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString().Should().Contain("two characters");
    }

    [Fact(Timeout = Limit)]
    public async Task The_networks_of_the_LAN_are_listed()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();

        var networks = await client.GetFromJsonAsync<JsonElement>("/api/v1/networks");

        networks.EnumerateArray().Select(network => $"{network.GetProperty("name")} {network.GetProperty("subnet")}").Should().Equal("lan 192.168.7.0/24");
    }

    private static async Task<JsonElement> PutAsync(HttpClient client, string path, string address, HttpStatusCode status)
    {
        var response = await client.PutAsJsonAsync($"/api/v1/{path}", new { addresses = new[] { address } });
        response.StatusCode.Should().Be(status, await response.Content.ReadAsStringAsync());
        return status == HttpStatusCode.NoContent ? default : await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> MadeAsync(HttpClient client, bool replace) =>
        await (await client.PostAsJsonAsync("/api/v1/tokens", new { name = "laptop", replace })).Content.ReadFromJsonAsync<JsonElement>();
}
