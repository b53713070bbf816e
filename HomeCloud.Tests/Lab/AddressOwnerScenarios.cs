using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab;

/// <summary>
/// A container gets the address of one that was just removed, with another MAC. Docker announces that since version 28; with
/// an earlier one HomeCloud does. Without it a device that has just talked to the first needs 20 to 50 seconds to find the second.
/// </summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class AddressOwnerScenarios(EmbeddedLab fixture) : ChangingHome(fixture)
{
    private const string Peer = "peer";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact(Timeout = 180_000)]
    public async Task By_IPv4_devices_and_this_machine_find_the_new_owner_at_once()
    {
        await RunAsync(Peer);
        await HomeCloudAsync("create", "app", "--image", BoxImage.Name);
        var address = (await PlaceAsync()).Address;
        await Engine.DockerAsync(["rm", "--force", "app"]);
        await RunAsync("first", "--ip", address);
        await AllFindAsync(address, Patience);

        // Over the time in which the owner before it would have been announced again.
        for (var asked = 0; asked < 15; asked++)
        {
            (await FindsAsync(Lab.Laptop, address)).Should().BeTrue($"nothing is announced that is not true any more ({asked})");
            await Task.Delay(200);
        }

        await Engine.DockerAsync(["rm", "--force", "first"]);

        await HomeCloudAsync("create", "app", "--image", BoxImage.Name);

        (await PlaceAsync()).Address.Should().Be(address);
        await AllFindAsync(address, Soon);
    }

    [Fact(Timeout = 180_000)]
    public async Task By_IPv6_devices_and_this_machine_find_the_new_owner_at_once()
    {
        const string Address = "fd77:c10d:0:1::220";
        await RunAsync(Peer);
        await RunAsync("first", "--ip", "192.168.1.220", "--ip6", Address);
        await AllFindAsync($"[{Address}]", Patience);
        await Engine.DockerAsync(["rm", "--force", "first"]);

        // Docker 20.10 makes the MAC of the IPv4 address.
        await RunAsync("second", "--ip", "192.168.1.221", "--ip6", Address);

        await AllFindAsync($"[{Address}]", Soon);
    }

    private Task RunAsync(string name, params string[] place) =>
        Engine.DockerAsync(["run", "--detach", "--name", name, "--hostname", name, "--network", Lan.DockerNetwork, .. place, BoxImage.Name]);

    private async Task AllFindAsync(string host, TimeSpan limit)
    {
        Func<Task<bool>>[] devices = [() => FindsAsync(Lab.Laptop, host), () => FindsAsync(Lab.Server.Machine, host), () => PeerFindsAsync(host)];
        var found = await Task.WhenAll(devices.Select(device => Poll.UntilAsync(device, limit)));
        found.Should().Equal([true, true, true], $"laptop, server, another container; {(await Lab.Server.Machine.RunAsync(["ip", "neighbour"])).Text}");
    }

    private static async Task<bool> FindsAsync(Machine device, string host) =>
        (await device.RunAsync(["curl", "--silent", "--output", "/dev/null", "--max-time", "2", $"http://{host}/"])).Succeeded;

    private async Task<bool> PeerFindsAsync(string host) =>
        (await Lab.Server.Machine.ShellAsync($"DOCKER_HOST={Engine.Endpoint} docker exec {Peer} /bin/busybox nc -w 1 {host.Trim('[', ']')} 80 </dev/null")).Succeeded;
}
