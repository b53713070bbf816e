using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;

namespace HomeCloud.Tests.Agent.Servers.Making;

/// <summary>What is said of a server that is not ready in time.</summary>
public sealed class ReadinessCheckTests : IDisposable
{
    private readonly MakerFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(PortAnswer.Refused, "Port 22 is closed after 1 s: no program in the server listens there")]
    [InlineData(PortAnswer.Silent, "Port 22 does not answer this machine after 1 s")]
    public async Task A_port_that_stays_closed_and_one_that_stays_silent_are_two_warnings(PortAnswer answer, string warning)
    {
        _home.Port = answer;
        Directory.CreateDirectory(Path.Combine(_home.Folder, "templates"));
        File.WriteAllText(Path.Combine(_home.Folder, "templates", "quick.json"), """{ "title": "Quick", "description": "Ready at once.", "image": "busybox", "ports": [22], "readySeconds": 1 }""");
        var operation = await _home.MakeAsync(new CreateServer { Name = "airplay", Template = "quick" });

        operation.Problem.Should().BeNull();
        operation.Steps.Last(step => step.Step == StepName.Port).Text.ToString().Should().Be(warning);
        _home.Engine.Containers.Should().ContainSingle();
    }
}
