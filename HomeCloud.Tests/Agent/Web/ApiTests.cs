using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web;

public class ApiTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task Over_the_socket_a_server_lives_from_create_to_remove()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();

        var done = await WebHome.CreateAsync(client, new { name = "airplay", memory = "64m" });
        done.GetProperty("state").GetString().Should().Be("succeeded");

        var server = await client.GetFromJsonAsync<JsonElement>("/api/v1/servers/airplay");
        server.GetProperty("state").GetString().Should().Be("running");
        server.GetProperty("fullName").GetString().Should().Be("airplay.home");
        server.GetProperty("ssh").GetString().Should().Be("ssh root@airplay.home");
        server.GetProperty("addresses")[0].GetString().Should().Be("192.168.7.240");

        (await client.PostAsync("/api/v1/servers/airplay/stop", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/servers/airplay")).GetProperty("state").GetString().Should().Be("stopped");
        (await client.PostAsJsonAsync("/api/v1/servers/airplay/rename", new { name = "music" })).StatusCode.Should().Be(HttpStatusCode.OK);
        (await client.GetAsync("/api/v1/servers/airplay")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await client.DeleteAsync("/api/v1/servers/music")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/servers")).GetArrayLength().Should().Be(0);

        var history = await client.GetFromJsonAsync<JsonElement>("/api/v1/servers/music/history");
        history.EnumerateArray().Select(l => l.GetProperty("kind").GetString()).Should().Equal("removed", "renamed");
        history[0].GetProperty("by").GetString().Should().Be(Environment.UserName);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refusal_says_what_is_wrong_and_what_to_do()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();

        var response = await client.PostAsJsonAsync("/api/v1/servers", new { name = "my box" });
        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().Should().Be("invalidName");
        problem.GetProperty("fix").GetString().Should().Contain("my-box");

        (await client.PostAsJsonAsync("/api/v1/servers", new { name = "box", volumes = new[] { "/etc:/x" } })).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await client.PostAsync("/api/v1/servers/nobody/start", null)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await client.PostAsJsonAsync("/api/v1/servers", new { name = 5 })).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact(Timeout = Limit)]
    public async Task A_create_can_be_cancelled_and_a_removal_can_be_forced()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        home.Engine.Pulling = token => Task.Delay(Timeout.Infinite, token);

        var response = await client.PostAsJsonAsync("/api/v1/servers", new { name = "far", image = "far/away" });
        var operation = $"/api/v1/operations/{(await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()}";
        (await client.DeleteAsync(operation)).StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await client.GetStringAsync(operation + "/events")).Should().Contain("event: done").And.Contain("\"code\":\"cancelled\"");
        (await client.DeleteAsync(operation)).StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await client.DeleteAsync("/api/v1/operations/none")).StatusCode.Should().Be(HttpStatusCode.NotFound);

        await WebHome.CreateAsync(client, new { name = "airplay" });
        (await client.DeleteAsync("/api/v1/servers/airplay?force=true")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        home.Engine.Removals.Should().Equal(true);
    }

    [Fact(Timeout = Limit)]
    public async Task Changes_come_as_events()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(await client.GetStreamAsync("/api/v1/events", deadline.Token));

        (await NextAsync(reader, "servers", deadline.Token)).GetArrayLength().Should().Be(0);
        home.Engine.Add(new ContainerFacts { Id = new string('a', 64), Name = "by-hand", Image = "nginx", Life = ContainerLife.Running });
        (await NextAsync(reader, "server", deadline.Token)).GetProperty("name").GetString().Should().Be("by-hand");
        await home.Engine.RemoveAsync(new string('a', 64), kill: true, default);
        (await NextAsync(reader, "gone", deadline.Token)).GetProperty("name").GetString().Should().Be("by-hand");
    }

    [Fact(Timeout = Limit)]
    public async Task Static_names_are_put_listed_and_removed()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();

        (await client.PutAsJsonAsync("/api/v1/names/nas", new { addresses = new[] { "192.168.1.20", "fd00::20" } })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.PutAsJsonAsync("/api/v1/names/storage.home", new { aliasOf = "NAS.home" })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.PutAsJsonAsync("/api/v1/names/bad", new { addresses = new[] { "1.2.3" } })).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await client.PutAsJsonAsync("/api/v1/names/bad", new { addresses = new[] { "::ffff:192.168.1.030" } })).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await client.PutAsJsonAsync("/api/v1/names/bad", new { aliasOf = "192.168.1.030" })).StatusCode.Should().Be(HttpStatusCode.BadRequest, "it is meant as an address");
        (await client.PutAsJsonAsync("/api/v1/names/b%20d", new { addresses = new[] { "10.0.0.1" } })).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await client.PutAsJsonAsync("/api/v1/names/both", new { aliasOf = "nas", addresses = new[] { "10.0.0.1" } })).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/names")).EnumerateArray().Select(n => n.GetProperty("name").GetString()).Should().Equal("nas", "storage");
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/names"))[1].GetProperty("aliasOf").GetString().Should().Be("nas", "people type names as they use them, with the zone");
        (await client.DeleteAsync("/api/v1/names/nas.home")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await client.DeleteAsync("/api/v1/names/nas")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task Logs_come_as_events_whatever_is_in_them()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        await WebHome.CreateAsync(client, new { name = "talker" });
        home.Engine.Logs.Add(new EngineLogLine(DateTimeOffset.UnixEpoch, true, "evil\r\nevent: done\n\n<script>alert(1)</script>"));

        var text = await client.GetStringAsync("/api/v1/servers/talker/logs");
        text.Split('\n').Where(l => l.StartsWith("event:", StringComparison.Ordinal)).Should().Equal("event: start", "event: log", "event: end");
        text.Should().NotContain("<script>", "JSON escapes it, and the page shows it as text");
    }

    [Fact(Timeout = Limit)]
    public async Task The_document_of_the_API_has_every_route_with_its_summary_and_its_answers()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        var document = await client.GetFromJsonAsync<JsonElement>("/api/v1/openapi.json");
        document.GetProperty("openapi").GetString().Should().StartWith("3.1");
        document.GetProperty("info").GetProperty("version").GetString().Should().Be("v1");
        document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Should().HaveCount(2);

        var documented = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(m => (Route: $"{m.Name.ToUpperInvariant()} {p.Name}", Operation: m.Value))).ToList();
        var routes = home.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText!.TrimEnd('/')}"));
        // A WebSocket over HTTP/2 begins with CONNECT, which is no operation of OpenAPI 3.1 (§4.8.9.1).
        routes = routes.Where(route => !route.StartsWith("CONNECT ", StringComparison.Ordinal));
        documented.Select(d => d.Route).Should().BeEquivalentTo(routes).And.HaveCountGreaterThan(30);
        documented.Where(d => !d.Operation.TryGetProperty("summary", out var text) || text.GetString()!.Length == 0).Should().BeEmpty();
        documented.Where(d => !d.Operation.GetProperty("responses").EnumerateObject().Any(IsAnswer)).Select(d => d.Route).Should().BeEmpty("what comes back has a schema, or is nothing");

        static bool IsAnswer(JsonProperty response) => response.Name is "204" or "101" || (response.Name[0] == '2' && response.Value.TryGetProperty("content", out var content)
            && content.EnumerateObject().All(c => c.Value.TryGetProperty("schema", out _)));
    }

    [Fact(Timeout = Limit)]
    public async Task Twenty_creates_at_once_all_end()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        var ended = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WebHome.CreateAsync(client, new { name = $"box{i}" })));
        ended.Count(e => e.GetProperty("state").GetString() == "succeeded").Should().Be(14, "the range has room for so many");
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/servers")).GetArrayLength().Should().Be(14);
    }

    private static async Task<JsonElement> NextAsync(StreamReader reader, string type, CancellationToken cancellationToken)
    {
        var current = "";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                current = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && current == type)
            {
                return JsonDocument.Parse(line[6..]).RootElement.Clone();
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }
}
