using System.Diagnostics.Metrics;
using System.Net;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Lab;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>A bare server of the lab, on which a test starts an engine that is not the lab's, and the reconciler that follows it.</summary>
/// <param name="socket">The engine's, below /run/homecloud of the server.</param>
/// <param name="packages">What the engine needs.</param>
public abstract class FollowedEngine(string socket, (string Program, string Package)[] packages) : IAsyncLifetime
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private HomeLab _lab = null!;

    protected Machine Server => _lab.Server.Machine;

    protected string Endpoint => "unix://" + Path.Combine(_lab.Paths.Run(Server.Name), socket);

    private protected ModelRegistry Registry { get; } = new();

    private protected AgentStatusSource Status { get; } = new();

    public async Task InitializeAsync()
    {
        await DebianPackages.EnsureAsync(packages, SilentProgress.Instance, CancellationToken.None);
        _lab = await HomeLab.StartAsync(new LabOptions { Shape = LabShape.Bare }, SilentProgress.Instance, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _services.DisposeAsync();
    }

    protected async Task WhileFollowedAsync(Func<Task> act)
    {
        using var client = new EngineClient(new DockerOptions { Host = Endpoint });
        using var reconciler = new Reconciler(
            client, Registry, new NamingOptions(), new ReconcilerOptions { AgentId = "agent-1", HostAddresses = { IPAddress.Parse("192.168.1.250") } },
            new AgentMetrics(_services.GetRequiredService<IMeterFactory>(), Status), Status, NullLogger<Reconciler>.Instance);
        await reconciler.StartAsync(CancellationToken.None);
        await act();
        await reconciler.StopAsync(CancellationToken.None);
    }

    protected async Task<string> DockerAsync(params string[] command) =>
        (await Command.RunAsync(["docker", "--host", Endpoint, .. command])).OrFail().Output.Trim();

    protected Task<string> AddressAsync(string container) => DockerAsync("inspect", "--format", "{{.NetworkSettings.Networks.lan.IPAddress}}", container);
}
