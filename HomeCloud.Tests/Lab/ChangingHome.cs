using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;

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

    protected async Task<string> HomeCloudAsync(params string[] arguments) => (await RunAsync(arguments)).OrFail().Output;

    protected Task<CommandResult> RunAsync(params string[] arguments) => Lab.Server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: Patience);
}
