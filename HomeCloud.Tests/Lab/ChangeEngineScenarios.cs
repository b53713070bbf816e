using System.Net;
using System.Text.Json;
using HomeCloud.Lab.Engine;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>Servers changed on every engine: as they are, and by a new container.</summary>
public abstract class ChangeEngineScenarios(LabFixture fixture, ITestOutputHelper output) : ChangingHome(fixture)
{
    [Fact(Timeout = 240_000)]
    public async Task A_server_changed_in_place_runs_on_and_one_made_anew_keeps_address_MAC_and_data()
    {
        await HomeCloudAsync("create", "app", "--image", BoxImage.Name, "-v", "data:/data", "--env", "A=1", "--memory", "64m");
        await Engine.DockerAsync(["exec", "app", "sh", "-c", "echo precious >/data/file"]);
        var first = await PlaceAsync();

        await HomeCloudAsync("set", "app", "--memory", "128m", "--cpus", "0.5", "--alias", "music", "--for", "2h");
        var now = await PlaceAsync();
        now.Should().Be(first, "the container is the same");
        (await InspectAsync("{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}}")).Should().Be($"{128 << 20} {256 << 20} 500000000");
        (await Engine.DockerAsync(["exec", "app", "sh", "-c", "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes"])).Trim().Should().Be($"{128 << 20}");
        using (var names = new ContainerNames(Lab))
            await names.BecomesAsync("music", IPAddress.Parse(first.Address));

        await HomeCloudAsync("set", "app", "--env", "B=2", "--env", "A", "--memory", "none");
        var anew = await PlaceAsync();
        (anew.Address, anew.Mac).Should().Be((first.Address, first.Mac));
        anew.Id.Should().NotBe(first.Id);
        (await Engine.DockerAsync(["exec", "app", "sh", "-c", "echo ${A-none} $B $(cat /data/file)"])).Trim().Should().Be("none 2 precious");
        (await InspectAsync("{{.HostConfig.Memory}}")).Should().Be("0");
        using (var names = new ContainerNames(Lab))
        {
            await names.BecomesAsync("app", IPAddress.Parse(first.Address));
            await names.BecomesAsync("music", IPAddress.Parse(first.Address));
        }

        var listed = JsonDocument.Parse(await HomeCloudAsync("ls", "--json")).RootElement;
        listed.EnumerateArray().Select(server => server.GetProperty("name").GetString()).Should().Equal("app");
        JsonDocument.Parse(await HomeCloudAsync("show", "app", "--json")).RootElement.TryGetProperty("expiresAt", out _).Should().BeTrue();

        // One that does not come up goes back by itself.
        var refused = await RunAsync("set", "app", "--env", "PATH=/nowhere");
        output.WriteLine(refused.Text);
        refused.ExitCode.Should().Be(1);
        (await PlaceAsync()).Should().Be(anew);
        (await Engine.DockerAsync(["exec", "app", "cat", "/data/file"])).Trim().Should().Be("precious");

        await HomeCloudAsync("update", "app", "--undo");
        (await PlaceAsync()).Should().Be(first);
        await HomeCloudAsync("rm", "--yes", "--volumes", "app");
        (await Engine.DockerAsync(["ps", "--all", "--quiet"])).Trim().Should().BeEmpty();
        (await Engine.DockerAsync(["volume", "ls", "--quiet"])).Should().NotContain("app-data");
    }

    [Fact(Timeout = 240_000)]
    public async Task A_server_whose_MAC_another_process_has_says_so_and_comes_up_with_a_new_one()
    {
        await HomeCloudAsync("create", "app", "--image", BoxImage.Name, "-v", "data:/data");
        await Engine.DockerAsync(["exec", "app", "sh", "-c", "echo precious >/data/file"]);
        var first = await PlaceAsync();
        await HomeCloudAsync("stop", "app");
        await LinkAsync("add", "link", "lan0", "name", "left", "address", first.Mac, "type", "macvlan", "mode", "bridge");
        try
        {
            await LinkAsync("set", "left", "up");
            var refused = await RunAsync("start", "app");
            refused.ExitCode.Should().NotBe(0);
            refused.Text.Should().Contain("Another process on this machine has its MAC address").And.Contain("--new-mac");
            (await HomeCloudAsync("set", "app", "--new-mac")).Should().Contain("it does not run, as before").And.NotContain("ready after");
            await HomeCloudAsync("start", "app");
        }
        finally
        {
            await LinkAsync("del", "left");
        }

        var now = await PlaceAsync();
        now.Address.Should().NotBe(first.Address);
        now.Mac.Should().NotBe(first.Mac);
        (await Engine.DockerAsync(["exec", "app", "cat", "/data/file"])).Trim().Should().Be("precious");
        using (var names = new ContainerNames(Lab))
            await names.BecomesAsync("app", IPAddress.Parse(now.Address));

        // Removed and created again it is ready at once: nobody sends to a MAC that is gone.
        await HomeCloudAsync("rm", "--yes", "app");
        await HomeCloudAsync("create", "app", "--image", BoxImage.Name, "-v", "data:/data");
        (await PlaceAsync()).Address.Should().Be(now.Address);
    }

    private async Task LinkAsync(params string[] arguments) => (await Lab.Server.Machine.RunAsync(["ip", "link", .. arguments])).OrFail();
}
