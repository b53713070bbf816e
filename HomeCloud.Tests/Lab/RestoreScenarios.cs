using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab;

/// <summary>The first machine is gone; what it knew goes on on the second.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.TwoServers)]
public sealed class RestoreScenarios(TwoServerLab fixture) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HomeLab _lab = fixture.Lab;

    private LabServer First => _lab.Servers[0];

    private LabServer Second => _lab.Servers[1];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _lab.RemoveContainersAsync();
        await First.Agent.StartAsync();
        await First.Agent.ReadyAsync(() => AnswersAsync(First), Patience);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_backup_restored_onto_another_machine_gives_the_server_its_address_its_MAC_and_its_volumes_names()
    {
        (await HomeCloudAsync(First, "create", "attic", "--image", BoxImage.Name, "-v", "data:/data")).OrFail();
        var (address, before) = (await IdentityAsync(First), await FileAsync(First, "agent-id"));
        (await HomeCloudAsync(First, "backup", "/root/homecloud.tar.gz")).OrFail();
        var own = await FileAsync(Second, "agent-id");

        // As a person would carry it on a stick.
        var carried = (await First.Machine.RunAsync(["base64", "/root/homecloud.tar.gz"])).OrFail().Output;
        (await Second.Machine.RunAsync(["sh", "-c", "base64 -d >/root/homecloud.tar.gz; cp -a /var/lib/homecloud /root/own"], carried)).OrFail();
        await First.Engine.DockerAsync(["rm", "--force", "attic"]);
        await First.Agent.EndAsync();
        (await HomeCloudAsync(Second, "restore", "/root/homecloud.tar.gz")).Error.Should().Contain("Stop it first");
        await Second.Agent.EndAsync();
        try
        {
            (await HomeCloudAsync(Second, "restore", "/root/homecloud.tar.gz")).OrFail();
            await StartSecondAsync();

            (await FileAsync(Second, "agent-id")).Should().Be(before);
            (await HomeCloudAsync(Second, "create", "attic", "--image", BoxImage.Name, "-v", "data:/data")).OrFail();
            (await IdentityAsync(Second)).Should().Be(address);
            using var names = new ContainerNames(_lab, HomeCloud.Lab.Network.Lan.Server4(1));
            await names.EqualDockerInspectAsync();
            (await HomeCloudAsync(Second, "show", "attic")).OrFail().Output.Should().Contain("created");
        }
        finally
        {
            await HomeCloudAsync(Second, "rm", "--yes", "--volumes", "attic");
            await Second.Agent.EndAsync();
            (await Second.Machine.ShellAsync("rm -rf /var/lib/homecloud/* && cp -a /root/own/. /var/lib/homecloud/ && rm -rf /root/own")).OrFail();
            await StartSecondAsync();
            (await FileAsync(Second, "agent-id")).Should().Be(own);
        }
    }

    private async Task StartSecondAsync()
    {
        await Second.Agent.StartAsync();
        await Second.Agent.ReadyAsync(() => AnswersAsync(Second), Patience);
    }

    private static async Task<bool> AnswersAsync(LabServer server) => (await HomeCloudAsync(server, "ls")).Succeeded;

    private static async Task<string> FileAsync(LabServer server, string name) => (await server.Machine.RunAsync(["cat", $"/var/lib/homecloud/{name}"])).OrFail().Output;

    private static async Task<string> IdentityAsync(LabServer server) =>
        await server.Engine.DockerAsync(["inspect", "--format", "{{.NetworkSettings.Networks.lan.IPAddress}} {{.NetworkSettings.Networks.lan.MacAddress}} {{range .Mounts}}{{.Name}}{{end}}", "attic"]);

    private static Task<CommandResult> HomeCloudAsync(LabServer server, params string[] arguments) => server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: Patience);
}
