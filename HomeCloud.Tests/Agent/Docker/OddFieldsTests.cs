using Docker.DotNet;
using Docker.DotNet.Models;
using Docker.DotNet.NativeHttp;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>One odd field costs that field; and why that is our doing.</summary>
public class OddFieldsTests
{
    private const int Patience = 30_000;

    private const string Listing = """
        [{"Id":"one","Names":["/one"],"State":"running"},
         {"Id":"odd","Names":["/odd",7],"State":"exited","Created":true,"Ports":[{"PrivatePort":"80"},{"PrivatePort":443}],"Labels":{"a.b":1,"c":"d"}},
         42,
         {"Id":"two","Names":["/two"],"Created":1795341599,"State":"running","SizeRw":"much"}]
        """;

    [Fact(Timeout = Patience)]
    public async Task A_listing_keeps_every_container_whatever_one_of_them_holds()
    {
        await using var engine = Answering(Listing);
        using var client = new EngineClient(new DockerOptions { Host = engine.Host });
        var containers = await client.ListContainersAsync();
        containers.Select(container => container.ID).Should().Equal("one", "odd", "two");
        containers[1].Names.Should().Equal("/odd");
        containers[1].State.Should().Be("exited");
        containers[1].Labels.Should().Equal(new Dictionary<string, string> { ["c"] = "d" });
        containers[2].Created.Year.Should().Be(2026);
    }

    [Fact(Timeout = Patience)]
    public async Task Odd_values_inside_an_inspection_do_not_hide_the_rest()
    {
        await using var engine = Answering("""
            {"Id":"abc","Name":"/x","Created":"yesterday","Unknown":[{}],
             "State":{"Status":"running","Running":true,"StartedAt":"2026-11-22T10:27:24.123456789Z","FinishedAt":"","ExitCode":"0","Health":null},
             "Config":{"Labels":null},"HostConfig":{"NetworkMode":"lan","RestartPolicy":{"Name":"sometimes"},"ConsoleSize":"none"},
             "NetworkSettings":{"Ports":{"80/tcp":null},"Networks":{"lan":{"IPAddress":"10.0.0.2","Aliases":[null,"a"]},"it's [odd].net":3,"none":null}}}
            """);
        using var client = new EngineClient(new DockerOptions { Host = engine.Host });
        var facts = ContainerFactsReader.Read((await client.InspectContainerAsync("abc"))!)!;
        facts.Name.Should().Be("x");
        facts.Created.Should().Be(default);
        facts.Life.Should().Be(ContainerLife.Running);
        facts.Since.Should().Be(new DateTimeOffset(2026, 11, 22, 10, 27, 24, TimeSpan.Zero));
        facts.NetworkMode.Should().Be("lan");
        facts.Endpoints.Single().Addresses.Single().ToString().Should().Be("10.0.0.2");
    }

    [Fact(Timeout = Patience)]
    public async Task What_can_be_read_is_asked_for_once()
    {
        await using var engine = Answering("[]");
        using var client = new EngineClient(new DockerOptions { Host = engine.Host });
        await client.ListContainersAsync();
        engine.Requests.Should().HaveCount(2, "the version and the listing");
    }

    [Fact(Timeout = Patience)]
    public async Task The_library_alone_loses_the_whole_listing()
    {
        await using var engine = Answering(Listing, tcp: true);
        using var library = new DockerClientBuilder().WithEndpoint(new Uri(engine.Host)).WithTransportOptions(new NativeHttpTransportOptions()).Build();
        await library.Invoking(docker => docker.Containers.ListContainersAsync(new ContainersListParameters { All = true }))
            .Should().ThrowAsync<Exception>("when this reads the listing, OddFields can go");
    }

    private static StubEngine Answering(string body, bool tcp = false) => new(
        (request, stream, _) => request == "GET /version" ? StubEngine.RespondVersion(stream) : StubEngine.Respond(stream, 200, body, "Content-Type: application/json\r\n"), tcp);
}
