using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab.Engines;

namespace HomeCloud.Tests.Lab.Sleeping;

/// <summary>On Podman sleeps what has a fixed address, or is paused: a plain container would come back with another one.</summary>
[Trait("Category", "Engines")]
[Collection(LabCollections.Podman5)]
public sealed class PodmanSleepScenarios(Podman5Lab fixture) : IAsyncLifetime
{
    private readonly HomeLab _lab = fixture.Lab;
    private readonly SleepSteps _steps = new(fixture.Lab.Server);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _lab.RemoveContainersAsync();

    [Fact(Timeout = 240_000)]
    public async Task A_server_that_HomeCloud_created_is_woken_by_name_and_by_packet_and_keeps_its_addresses()
    {
        using var laptop = new LaptopTools(_lab);
        (await _lab.Server.Machine.RunAsync([Executables.Cli, "create", "doze", "--image", BoxImage.Name])).OrFail();
        var addresses = await _lab.Server.Engine.AddressesAsync("doze");

        await _steps.SleepAsync("doze");
        (await laptop.SshAsync("doze.home", 22, "hostname")).Should().Be("doze");
        foreach (var address in addresses)
        {
            await _steps.SleepAsync("doze");
            await _lab.Laptop.RunAsync(["ip", address.AddressFamily == AddressFamily.InterNetworkV6 ? "-6" : "-4", "neigh", "flush", "all"]);
            (await _lab.FetchAsync($"http://{new System.Net.IPEndPoint(address, 8080)}/")).Should().Contain("doze");
        }

        (await _lab.Server.Engine.AddressesAsync("doze")).Should().Equal(addresses);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_plain_container_is_paused_or_stays_awake_and_says_why()
    {
        await _lab.Server.Engine.RunBoxAsync("frozen", "--label", "homecloud.sleep=5s", "--label", "homecloud.sleep-mode=pause");
        var address = (await _lab.Server.Engine.AddressesAsync("frozen"))[0];
        (await Poll.UntilAsync(() => _steps.IsAsleepAsync("frozen"), SleepSteps.Patience)).Should().BeTrue();
        (await _lab.FetchAsync($"http://{address}:8080/")).Should().Contain("frozen");

        await _lab.Server.Engine.RunBoxAsync("plain");
        (await Poll.UntilAsync(async () => SleepSteps.Says(await _steps.ShowAsync("plain"), "running"), SleepSteps.Patience)).Should().BeTrue();
        var refused = await _lab.Server.Machine.RunAsync([Executables.Cli, "sleep", "plain"]);
        refused.Succeeded.Should().BeFalse();
        refused.Text.Should().Contain("another address").And.Contain("homecloud.sleep-mode=pause");
    }
}
