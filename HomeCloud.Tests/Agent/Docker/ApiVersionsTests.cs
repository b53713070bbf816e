using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Stub;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>Which version of the API is spoken with engines older, newer and exchanged.</summary>
public class ApiVersionsTests
{
    private const int Patience = 30_000;

    [Theory(Timeout = Patience)]
    [InlineData("1.41", "v1.41")]
    [InlineData("1.24", "v1.24")]
    [InlineData("1.99", "v1.51")]
    [InlineData("garbage", "v1.40")]
    public async Task The_newest_version_that_both_know_is_spoken(string offered, string spoken)
    {
        await using var engine = new StubEngine((request, stream, _) =>
            request == "GET /version" ? StubEngine.RespondVersion(stream, offered) : StubEngine.Respond(stream, 200, "[]"));
        using var client = Client(engine);
        (await client.ListContainersAsync()).Should().BeEmpty();
        engine.Requests.Last().Head.Should().StartWith($"GET /{spoken}/containers/json?all=1 ");
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_is_exchanged_behind_its_socket_is_asked_anew()
    {
        var upgraded = false;
        await using var engine = new StubEngine((request, stream, _) => (request, upgraded) switch
        {
            ("GET /version", false) => StubEngine.RespondVersion(stream),
            ("GET /version", true) => StubEngine.RespondVersion(stream, "1.52", "1.44"),
            (_, true) when request.StartsWith("GET /v1.41", StringComparison.Ordinal) =>
                StubEngine.Respond(stream, 400, """{"message":"client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version"}"""),
            (_, false) when !request.StartsWith("GET /v1.41", StringComparison.Ordinal) =>
                StubEngine.Respond(stream, 400, """{"message":"client version 1.51 is too new. Maximum supported API version is 1.41"}"""),
            _ => StubEngine.Respond(stream, 200, "[]"),
        });
        using var client = Client(engine);
        foreach (var now in new[] { false, true, false })
        {
            upgraded = now;
            (await client.ListContainersAsync()).Should().BeEmpty();
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Each_subscription_asks_anew()
    {
        var offered = new ConcurrentQueue<string>(["1.41", "1.44"]);
        await using var engine = new StubEngine(async (request, stream, _) =>
        {
            if (request == "GET /version")
                await StubEngine.RespondVersion(stream, offered.TryDequeue(out var version) ? version : "1.30");
            else
                await StubEngine.BeginChunks(stream);
        });
        using var client = Client(engine);
        using (await client.SubscribeAsync())
        using (await client.SubscribeAsync())
            engine.Requests.Select(request => request.Head.Split('?')[0]).Where(line => line.Contains("events")).Should().Equal("GET /v1.41/events", "GET /v1.44/events");
    }

    [Theory(Timeout = Patience)]
    [InlineData("1.60", "1.55", "speaks version 1.55 of its API and newer, HomeCloud 1.40 to 1.51. Update HomeCloud")]
    [InlineData("1.24", "1.12", "version 0.1 at {0} supports engine API version 1.24 at most; HomeCloud needs 1.40 to 1.51.")]
    public async Task Doctor_calls_an_engine_that_is_too_new_or_too_old_a_problem(string newest, string oldest, string line)
    {
        await using var engine = new StubEngine((_, stream, _) => StubEngine.RespondVersion(stream, newest, oldest));
        using var client = Client(engine);
        var patient = new Patient(new DoctorOptions(), client, new LanReader(), new StubClient(), new DhcpProbe(), new RouterProbe(), new AddressScan(TimeProvider.System));
        var finding = (await new EngineCheck().ExamineAsync(patient, CancellationToken.None)).Single();
        finding.Severity.Should().Be(Severity.Problem);
        finding.Message.ToString().Should().Contain(string.Format(null, line, engine.Host)).And.NotContain("\n");
        finding.Fix!.ToString().Should().StartWith("Update ");
    }

    /// <summary>Before 1.44 the container has the MAC address; the library's model of a container knows only the endpoint's.</summary>
    [Theory(Timeout = Patience)]
    [InlineData("1.41", "02:42:c0:a8:01:07")]
    [InlineData("1.44", null)]
    public async Task A_fixed_mac_address_is_where_the_version_wants_it(string version, string? container)
    {
        await using var engine = new StubEngine((request, stream, _) =>
            request == "GET /version" ? StubEngine.RespondVersion(stream, version) : StubEngine.Respond(stream, 201, """{"Id":"abc"}"""));
        using var client = Client(engine);
        var servers = new DockerServerEngine(client, new EngineModel(), new NamingOptions(), new EngineImages(client, new RegistryCredentials("/nowhere"), NullLogger<EngineImages>.Instance));
        var plan = new ContainerPlan { Name = "airplay", Image = "box", Network = "lan", Mac = "02:42:c0:a8:01:07" };
        (await servers.CreateAsync(plan, CancellationToken.None)).Value.Should().Be("abc");

        var body = JsonNode.Parse(engine.Requests.Last().Body)!;
        ((string?)body["MacAddress"]).Should().Be(container);
        ((string?)body["NetworkingConfig"]!["EndpointsConfig"]!["lan"]!["MacAddress"]).Should().Be("02:42:c0:a8:01:07");
    }

    private static EngineClient Client(StubEngine engine) => new(new DockerOptions { Host = engine.Host });
}
