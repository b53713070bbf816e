using System.Buffers.Text;
using System.Net;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Tests.Agent.Docker;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Engine;

public sealed class DockerServerEngineTests
{
    private const string NoWishes = """{"message":"invalid config for network lan: user specified IP address is supported only when connecting to networks with user configured subnets"}""";

    /// <summary>Docker 27 and later make up an IPv6 subnet for <c>--ipv6</c> without <c>--subnet</c>; Debian's does not.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Where_Docker_chose_the_IPv6_subnet_it_chooses_the_address_too()
    {
        var created = 0;
        await using var stub = new StubEngine((request, stream, _) => request switch
        {
            "GET /version" => StubEngine.RespondVersion(stream),
            _ when ++created == 1 => StubEngine.Respond(stream, 400, NoWishes, "Connection: close\r\n"),
            _ => StubEngine.Respond(stream, 201, """{"Id":"abc"}""", "Connection: close\r\n"),
        });
        using var docker = new EngineClient(new DockerOptions { Host = stub.Host });
        var plan = new ContainerPlan { Name = "airplay", Image = "box", Network = "lan", Address6 = IPAddress.Parse("fd77::1") };

        var made = await Servers(docker, "/nowhere").CreateAsync(plan, CancellationToken.None);

        made.IsSuccess.Should().BeTrue(made.Problem?.Message.ToString());
        made.Value.Should().Be("abc");
        created.Should().Be(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pull_takes_along_what_docker_login_left()
    {
        var config = Path.GetTempFileName();
        await File.WriteAllTextAsync(config, """{"auths":{"127.0.0.1:5000":{"auth":"bWU6c2VjcmV0"}}}""");
        await using var stub = new StubEngine((request, stream, _) => request == "GET /version"
            ? StubEngine.RespondVersion(stream)
            : StubEngine.Respond(stream, 200, """{"status":"Pull complete","id":"0a1b"}{"errorDetail":{"message":"no space left on device"},"error":"no space left on device"}"""));
        using var docker = new EngineClient(new DockerOptions { Host = stub.Host });
        var layers = new List<string>();

        var problem = await Servers(docker, config)
            .PullAsync("127.0.0.1:5000/box:1", told => layers.AddRange(told.Select(layer => layer.Id)), CancellationToken.None);

        File.Delete(config);
        problem!.Code.Should().Be(ProblemCode.DiskFull);
        layers.Should().Equal("0a1b");
        var header = stub.Requests.Last().Head.Split("\r\n").Single(line => line.StartsWith("X-Registry-Auth: ", StringComparison.Ordinal)).Split(": ")[1];
        JsonNode.Parse(Base64Url.DecodeFromChars(header))!.ToJsonString().Should().Contain("\"username\":\"me\"").And.Contain("\"password\":\"secret\"");
    }

    [Fact]
    public void What_Podman_adds_to_a_container_and_how_it_names_its_network_are_not_its_plan()
    {
        var container = new ContainerInspectResponse
        {
            Name = "/app",
            Config = new ContainerConfig { Hostname = "app", Env = ["HOME=/root", "HOSTNAME=app", "container=podman", "PATH=/bin", "MODE=fast"] },
            HostConfig = new HostConfig { NetworkMode = "bridge" },
            NetworkSettings = new NetworkSettings { Networks = new Dictionary<string, EndpointSettings> { ["lan"] = new() { IPAddress = "192.168.1.3" } } },
        };

        var plan = ContainerSource.Of(container, new ImageInspectResponse { Config = new DockerOCIImageConfig { Env = ["PATH=/bin"] } }).Plan;

        plan.Network.Should().Be("lan");
        plan.Address.Should().Be(IPAddress.Parse("192.168.1.3"));
        plan.Environment.Should().Equal(new Dictionary<string, string> { ["MODE"] = "fast" });
    }

    private static DockerServerEngine Servers(EngineClient docker, string config) => new(
        docker, new EngineModel(), new NamingOptions(), new EngineImages(docker, new RegistryCredentials(config), NullLogger<EngineImages>.Instance));
}
