using System.Net;
using HomeCloud.Lab;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab.Probing;

namespace HomeCloud.Tests.Lab;

/// <summary>One home on two machines.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.TwoServers)]
public sealed class TwoServerScenarios(TwoServerLab fixture) : IAsyncLifetime
{
    private readonly HomeLab _lab = fixture.Lab;

    private LabServer First => _lab.Servers[0];

    private LabServer Second => _lab.Servers[1];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _lab.RemoveContainersAsync();

    [Fact(Timeout = 120_000)]
    public async Task Names_of_both_servers_resolve_at_both()
    {
        await First.Engine.RunBoxAsync("upstairs");
        await Second.Engine.RunBoxAsync("downstairs");

        foreach (var nameServer in (string[])[Lan.Server4(0), Lan.Server4(1), Lan.Router4])
        {
            using var names = new ContainerNames(_lab, nameServer);
            await names.EqualDockerInspectAsync();
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task A_cut_cable_heals_without_stale_or_lost_names()
    {
        using var names = new ContainerNames(_lab, Lan.Server4(0));
        await First.Engine.RunBoxAsync("steady");
        foreach (var container in (string[])["kept", "removed", "before"])
            await Second.Engine.RunBoxAsync(container);
        await names.EqualDockerInspectAsync();
        var steady = await AddressAsync(First, "steady");

        using var prober = new Prober(_lab, Lan.Server4(0), ("steady.home", a => a.Is(steady)));
        await _lab.SetCableAsync(Second.Machine.Name, connected: false);
        await Second.Engine.DockerAsync(["rm", "--force", "removed"]);
        await Second.Engine.DockerAsync(["rename", "before", "after"]);
        await Second.Engine.RunBoxAsync("added");
        await First.Engine.RunBoxAsync("meanwhile");
        await names.BecomesAsync("meanwhile", await AddressAsync(First, "meanwhile"));
        await _lab.SetCableAsync(Second.Machine.Name, connected: true);

        foreach (var nameServer in (string[])[Lan.Server4(0), Lan.Server4(1)])
        {
            using var there = new ContainerNames(_lab, nameServer);
            await there.EqualDockerInspectAsync(gone: ["removed", "before"]);
        }

        prober.Stop().Should().BeEmpty();
    }

    [Fact(Timeout = 180_000)]
    public async Task A_replica_of_Redis_takes_over()
    {
        using var names = new ContainerNames(_lab, Lan.Server4(0));
        await First.Engine.RunBoxAsync("steady");
        await names.EqualDockerInspectAsync();
        var steady = await AddressAsync(First, "steady");

        using var prober = new Prober(_lab, Lan.Server4(0), ("steady.home", a => a.Is(steady)));
        await First.Redis!.EndAsync("KILL");
        await RedisAsync(1, "replicaof", "no", "one");
        await First.Engine.RunBoxAsync("new-one");
        await Second.Engine.RunBoxAsync("new-two");
        await names.EqualDockerInspectAsync();

        // The old primary returns as a replica, as Sentinel would have it.
        await First.Redis!.StartAsync();
        (await Poll.UntilAsync(async () => (await RedisAsync(0, "ping")).Contains("PONG", StringComparison.Ordinal), TimeSpan.FromSeconds(20))).Should().BeTrue();
        await RedisAsync(0, "replicaof", Lan.Server4(1), "6379");
        await Second.Engine.RunBoxAsync("newest");
        await names.EqualDockerInspectAsync();
        prober.Stop().Should().BeEmpty();
    }

    private async Task<string> RedisAsync(int server, params string[] command) =>
        (await _lab.Laptop.RunAsync(["redis-cli", "-h", Lan.Server4(server), .. command])).Text;

    private static async Task<IPAddress> AddressAsync(LabServer server, string container) =>
        ContainerNames.IPv4(await server.Engine.AddressesAsync(container));
}
