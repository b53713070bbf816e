using System.Net;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Tests.Agent.Docker;

namespace HomeCloud.Tests.Agent.Servers;

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
            _ when request.EndsWith("/_ping", StringComparison.Ordinal) => StubEngine.RespondPing(stream),
            _ when ++created == 1 => StubEngine.Respond(stream, 400, NoWishes, "Connection: close\r\n"),
            _ => StubEngine.Respond(stream, 201, """{"Id":"abc"}""", "Connection: close\r\n"),
        });
        using var docker = new DockerClient(new DockerOptions { Host = stub.Host });
        var plan = new ContainerPlan { Name = "airplay", Image = "box", Network = "lan", Address6 = IPAddress.Parse("fd77::1") };

        var made = await new DockerServerEngine(docker).CreateAsync(plan, CancellationToken.None);

        made.IsSuccess.Should().BeTrue(made.Problem?.Message);
        made.Value.Should().Be("abc");
        created.Should().Be(2);
    }
}
