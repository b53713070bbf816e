using HomeCloud.Lab;
using HomeCloud.Lab.Engine;

namespace HomeCloud.Tests.Lab;

/// <summary>Folders of the machine in servers of a real engine, which is root and follows links: nothing outside --mount-root gets in.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class MountRootScenarios(EmbeddedLab fixture) : IAsyncLifetime
{
    private const string Root = "/var/lib/hc-share";
    private readonly HomeLab _lab = fixture.Lab;

    public async Task InitializeAsync() =>
        (await _lab.Server.Machine.ShellAsync($"mkdir -p {Root}/films {Root}/closed && echo kept >{Root}/films/film && ln -s /etc {Root}/out && ln -s films {Root}/in")).OrFail();

    public async Task DisposeAsync()
    {
        await _lab.RemoveContainersAsync();
        (await _lab.Server.Machine.ShellAsync($"rm -rf {Root}")).OrFail();
    }

    [Fact(Timeout = 180_000)]
    public async Task A_folder_below_it_is_mounted_a_link_out_of_it_is_not_whenever_it_came()
    {
        await using var agent = await OtherAgent.StartAsync(_lab.Server.Machine, "mounts", "--mount-root", Root);
        (await agent.RunAsync("create", "cinema", "--image", BoxImage.Name, "-v", $"{Root}/in:/films")).OrFail();
        (await _lab.Server.Engine.DockerAsync(["exec", "cinema", "cat", "/films/film"])).Should().Be("kept");
        foreach (var bad in (string[])[$"{Root}/out", $"{Root}/films/../../homecloud", "/etc", $"{Root}-other"])
        {
            var refused = await agent.RunAsync("create", "thief", "--image", BoxImage.Name, "-v", $"{bad}:/x");
            refused.ExitCode.Should().Be(5, refused.Text);
        }

        // Swapped while it is stopped: the engine would follow it at the next start.
        (await agent.RunAsync("stop", "cinema")).OrFail();
        (await _lab.Server.Machine.ShellAsync($"rm -r {Root}/films && ln -s /etc {Root}/films")).OrFail();
        var start = await agent.RunAsync("start", "cinema");
        start.Succeeded.Should().BeFalse();
        start.Error.Should().Contain("films");
        (await _lab.Server.Engine.DockerAsync(["inspect", "--format", "{{.State.Running}}", "cinema"])).Should().Be("false");
    }
}
