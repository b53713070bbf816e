using Docker.DotNet;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>How the library is made to reach an engine, and why not as it does by itself. When one of the last three fails, a piece of ours can go.</summary>
public class EngineTransportTests
{
    private const int Patience = 30_000;

    [Fact(Timeout = Patience)]
    public async Task One_connection_serves_one_request_after_another()
    {
        await using var engine = Listing();
        using var client = new EngineClient(new DockerOptions { Host = engine.Host });
        for (var i = 0; i < 5; i++)
            await client.ListContainersAsync();
        engine.Connections.Should().Be(1);
    }

    [Fact(Timeout = Patience)]
    public async Task The_library_alone_opens_a_connection_for_each_request_and_puts_no_version_into_the_path()
    {
        await using var engine = Listing();
        using var library = new DockerClientBuilder().WithEndpoint(new Uri(engine.Host)).Build();
        for (var i = 0; i < 5; i++)
            await library.Containers.ListContainersAsync(new ContainersListParameters { All = true });
        engine.Connections.Should().Be(5, "EngineTransport uses the library's other transport for this");
        engine.Requests.Select(request => request.Head).Should().OnlyContain(head => head.StartsWith("GET /containers/json", StringComparison.Ordinal), "ApiVersions negotiates");
    }

    [Fact(Timeout = Patience)]
    public async Task The_library_alone_takes_no_path_as_long_as_the_kernel_does()
    {
        using var library = new DockerClientBuilder().WithEndpoint(new Uri("unix:///tmp/" + new string('x', 107 - "/tmp/".Length))).Build();
        (await library.Invoking(docker => docker.System.GetVersionAsync()).Should().ThrowAsync<Exception>())
            .Which.GetBaseException().Should().NotBeOfType<System.Net.Sockets.SocketException>("this path is not even tried");
    }

    [Fact]
    public void The_library_alone_has_no_place_for_a_MAC_address_before_version_1_44() =>
        typeof(CreateContainerParameters).GetProperty("MacAddress").Should().BeNull("ApiVersions puts it there");

    private static StubEngine Listing() => new((request, stream, _) =>
        request == "GET /version" ? StubEngine.RespondVersion(stream) : StubEngine.Respond(stream, 200, "[]", "Content-Type: application/json\r\n"));
}
