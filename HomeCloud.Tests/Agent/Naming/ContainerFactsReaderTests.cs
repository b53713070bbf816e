using Docker.DotNet.Models;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Naming;

public sealed class ContainerFactsReaderTests
{
    [Fact]
    public void The_alias_that_docker_makes_of_a_host_name_is_none()
    {
        var facts = ContainerFactsReader.Read(new ContainerInspectResponse
        {
            ID = "abc",
            Config = new ContainerConfig { Hostname = "before-the-rename" },
            NetworkSettings = new NetworkSettings
            {
                Networks = new Dictionary<string, EndpointSettings> { ["lan"] = new() { Aliases = ["chosen", "before-the-rename"] } },
            },
        })!;

        facts.Endpoints.Single().Aliases.Should().Equal("chosen");
    }
}
