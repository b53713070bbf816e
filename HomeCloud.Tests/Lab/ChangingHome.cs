using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab;

/// <summary>A shared lab in which the server <c>app</c> is changed; afterwards nothing of it is left.</summary>
public abstract class ChangingHome(LabFixture fixture) : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    protected HomeLab Lab { get; } = fixture.Lab;

    protected DockerEngine Engine => Lab.Server.Engine;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Lab.RemoveContainersAndVolumesAsync();

    protected async Task<(string Id, string Address, string Mac)> PlaceAsync()
    {
        var parts = (await InspectAsync("{{.Id}} {{.NetworkSettings.Networks.lan.IPAddress}} {{.NetworkSettings.Networks.lan.MacAddress}}")).Split(' ');
        return (parts[0], parts[1], parts[2]);
    }

    protected async Task<string> InspectAsync(string format) => (await Engine.DockerAsync(["inspect", "--format", format, "app"])).Trim();

    protected async Task<string> HomeCloudAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        if (!result.Succeeded)
            throw new LabException($"homecloud {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Text}\n{await StateAsync()}");
        return result.Output;
    }

    /// <summary>What tells why a server does not answer: the engine's view, the server's own, and that of the machine that tried it.</summary>
    private async Task<string> StateAsync()
    {
        string[] questions = ["docker ps --all", "docker logs --tail 20 app", "docker exec app ps", "docker exec app ip address", "docker exec app netstat -tln", "ip neighbour", "ip -brief address", "ip route"];
        var answers = new List<string>();
        foreach (var question in questions)
            answers.Add($"$ {question}\n{(await Lab.Server.Machine.ShellAsync($"DOCKER_HOST={Engine.Endpoint} {question}")).Text}");
        return string.Join('\n', answers);
    }

    protected Task<CommandResult> RunAsync(params string[] arguments) => Lab.Server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: Patience);
}
