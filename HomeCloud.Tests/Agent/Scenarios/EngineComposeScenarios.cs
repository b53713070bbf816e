using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab;
using HomeLan = HomeCloud.Lab.Network.Lan;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>Real projects of the Compose that belongs to the engine: 1.29 with Docker 20.10, else 2.</summary>
public abstract class EngineComposeScenarios(LabFixture fixture) : ReconcilerOnEngine(fixture)
{
    private const string Project = "shop";

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-compose-").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact(Timeout = Limit)]
    public async Task A_compose_project_is_followed_through_up_scale_recreate_and_down()
    {
        // A replica that is gone must not answer, however long others are held for a restart.
        Options.Grace = TimeSpan.FromSeconds(5);
        await StartAsync();
        await WriteAsync("""
            services:
              web:
                image: IMAGE
                networks: [lan]
                labels: [homecloud.aliases=store]
            """);
        await ComposeAsync("up", "--detach");
        await AnswersAsync("web");
        Registry["store"]!.Addresses.Should().Equal(Registry["web"]!.Addresses);

        await ComposeAsync("up", "--detach", "--scale", "web=3");
        await AnswersAsync("web");
        await ComposeAsync("up", "--detach", "--scale", "web=2", "--timeout", "1");
        await AnswersAsync("web");
        var before = await ContainersAsync("web");
        await ComposeAsync("up", "--detach", "--scale", "web=2", "--force-recreate", "--timeout", "1");
        (await ContainersAsync("web")).Should().HaveCount(2).And.NotIntersectWith(before);
        await AnswersAsync("web");

        await ComposeAsync("down", "--timeout", "1");
        await Becomes("web", null);
        await Becomes("store", null);
        Registry.Current.Records.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_service_with_the_network_of_another_has_its_address_and_is_told_when_it_lost_it()
    {
        await StartAsync();
        await WriteAsync("""
            services:
              vpn:
                image: IMAGE
                networks: [lan]
              torrent:
                image: IMAGE
                command: [/bin/busybox, sleep, "1000"]
                network_mode: service:vpn
            """);
        await ComposeAsync("up", "--detach");
        await Becomes("torrent", await OnlyAddressAsync("vpn"));

        var (vpn, torrent) = ((await ContainersAsync("vpn"))[0], (await ContainersAsync("torrent"))[0]);
        await Engine.DockerAsync(["restart", "--time", "0", vpn]);
        await Becomes("vpn", await OnlyAddressAsync("vpn"));
        await Becomes("torrent", $"container {await NameAsync(torrent)} lost its network when {await NameAsync(vpn)} restarted; restart {await NameAsync(torrent)} too");

        await ComposeAsync("restart", "--timeout", "1", "torrent");
        await Becomes("torrent", await OnlyAddressAsync("vpn"));
        if (Engine.Choice.IsPodman)
            return; // refuses to remove vpn before torrent, so Compose cannot make it anew
        await ComposeAsync("up", "--detach", "--force-recreate", "--timeout", "1");
        await Becomes("vpn", await OnlyAddressAsync("vpn"));
        await Becomes("torrent", await OnlyAddressAsync("vpn"));
        await ComposeAsync("stop", "--timeout", "1", "vpn");
        var stopped = $"container {await NameAsync((await ContainersAsync("vpn"))[0])} stopped";
        await Eventually(() => Registry["torrent"]?.Explanation?.StartsWith(stopped, StringComparison.Ordinal) == true, "torrent says that vpn stopped", () => Registry["torrent"]?.ToString() ?? "no such name");
    }

    private Task WriteAsync(string services) => File.WriteAllTextAsync(
        Path.Combine(_folder, "compose.yaml"), $"{services.Replace("IMAGE", BoxImage.Name, StringComparison.Ordinal)}\nnetworks:\n  {HomeLan.DockerNetwork}:\n    external: true\n");

    private async Task ComposeAsync(params string[] arguments) => (await Command.RunAsync(
        ["env", "--chdir=" + _folder, "DOCKER_HOST=" + Engine.Endpoint, Engine.Compose, "--project-name", Project, "--file", "compose.yaml", .. arguments])).OrFail();

    /// <summary>The service's name has the addresses of its running containers, and no others.</summary>
    private async Task AnswersAsync(string service)
    {
        var expected = new List<string>();
        foreach (var container in await ContainersAsync(service))
            expected.AddRange((await Engine.AddressesAsync(container)).Select(address => address.ToString()));
        expected.Should().NotBeEmpty();
        expected.Sort(StringComparer.Ordinal);
        await Eventually(
            () => (Registry[service]?.Addresses ?? []).Select(address => address.ToString()).Order(StringComparer.Ordinal).SequenceEqual(expected),
            $"{service} is {string.Join(", ", expected)}",
            () => Registry[service]?.ToString() ?? "no such name");
    }

    private async Task<string> OnlyAddressAsync(string service) => await AddressOf((await ContainersAsync(service)).Should().ContainSingle().Subject);

    private async Task<string> NameAsync(string container) => (await Engine.DockerAsync(["inspect", "--format", "{{.Name}}", container])).TrimStart('/');

    private async Task<string[]> ContainersAsync(string service) =>
        (await Engine.DockerAsync(["ps", "--all", "--quiet", "--no-trunc", "--filter", "label=com.docker.compose.service=" + service])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
