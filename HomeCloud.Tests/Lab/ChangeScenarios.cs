using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>Servers changed on a real engine: a newer image from a real registry, back, and agent and engine killed in the middle.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class ChangeScenarios(EmbeddedLab fixture, ITestOutputHelper output) : ChangingHome(fixture)
{
    private const string Image = "127.0.0.1:5000/home/app:1";

    [Fact(Timeout = 300_000)]
    public async Task A_newer_image_is_noticed_pulled_and_taken_back()
    {
        await DebianPackages.EnsureAsync([("docker-registry", "docker-registry")], SilentProgress.Instance, default);
        await using var registry = await LocalRegistry.StartAsync(Lab.Server);
        await PushAsync("one");
        await HomeCloudAsync("create", "app", "--image", Image);
        var first = await PlaceAsync();
        await Engine.DockerAsync(["exec", "app", "sh", "-c", "echo precious >/kept/file"]);
        (await HomeCloudAsync("update", "app", "--check")).Should().Contain("is the newest");

        await PushAsync("two");
        (await HomeCloudAsync("update", "app", "--check")).Should().Contain("newer");
        output.WriteLine(await HomeCloudAsync("update", "app"));
        var second = await PlaceAsync();
        (second.Address, second.Mac).Should().Be((first.Address, first.Mac));
        (await Engine.DockerAsync(["exec", "app", "sh", "-c", "cat /version /kept/file; echo $VERSION"])).Trim().Should().Be("two\nprecious\ntwo", "the image's own volume and variables");
        (await HomeCloudAsync("update", "app")).Should().Contain("newest");
        (await PlaceAsync()).Should().Be(second);

        await HomeCloudAsync("update", "app", "--undo");
        (await PlaceAsync()).Should().Be(first);
        (await Engine.DockerAsync(["exec", "app", "sh", "-c", "cat /version /kept/file"])).Trim().Should().Be("one\nprecious");

        // Removing what was kept leaves the volume without a name to those that mount it now.
        await HomeCloudAsync("update", "app", "--undo");
        await PushAsync("three");
        await HomeCloudAsync("update", "app");
        (await Engine.DockerAsync(["exec", "app", "sh", "-c", "cat /version /kept/file"])).Trim().Should().Be("three\nprecious");
        (await Engine.DockerAsync(["ps", "--all", "--quiet"])).Trim().Split('\n').Should().HaveCount(2);
        await HomeCloudAsync("rm", "--yes", "--volumes", "app");
        await Engine.DockerAsync(["rmi", "--force", Image]);
    }

    [Theory(Timeout = 300_000)]
    [InlineData("agent")]
    [InlineData("engine")]
    public async Task Killed_in_the_middle_of_a_change_the_old_server_or_the_new_one_runs(string victim)
    {
        await HomeCloudAsync("create", "app", "--image", BoxImage.Name, "-v", "data:/data", "--env", "A=0");
        await Engine.DockerAsync(["exec", "app", "sh", "-c", "echo precious >/data/file"]);
        var first = await PlaceAsync();
        foreach (var moment in (int[])[60, 250, 600, 1200])
        {
            var changing = RunAsync("set", "app", "--env", $"A={moment}");
            await Task.Delay(moment);
            var daemon = victim == "agent" ? Lab.Server.Agent : Engine.Daemon;
            await daemon.EndAsync("KILL");
            await changing;
            if (victim == "agent")
            {
                await daemon.StartAsync();
            }
            else
            {
                await Engine.StartAsync();
                await Engine.ReadyAsync();
            }

            (await Poll.UntilAsync(async () => (await RunAsync("ls")).Succeeded, Patience)).Should().BeTrue();

            // Killed, Docker 20.10 leaves servers stopped now and then, with no change under way too: a person starts them.
            if (victim == "engine")
                (await Poll.UntilAsync(StartAsync, Patience)).Should().BeTrue(Log());
            (await Poll.UntilAsync(
                async () => (await Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}} {{.State}}"])).Split('\n') is var all && all.Contains("app running") && !all.Any(line => line.StartsWith("app.next", StringComparison.Ordinal)),
                Patience)).Should().BeTrue($"after {moment} ms: {await Engine.DockerAsync(["ps", "--all"])}\n{Log()}");
            var place = await PlaceAsync();
            (place.Address, place.Mac).Should().Be((first.Address, first.Mac));
            (await Engine.DockerAsync(["exec", "app", "cat", "/data/file"])).Trim().Should().Be("precious");
            output.WriteLine($"measured: killed after {moment} ms, A={await Engine.DockerAsync(["exec", "app", "sh", "-c", "echo $A"])}");
            (await Poll.UntilAsync(async () => (await RunAsync("restart", "app")).Succeeded, Patience)).Should().BeTrue("nothing is open any more");
        }
    }

    /// <summary>As a person who does what is said: Docker 20.10 may have left a process behind, and takes it over after each restart.</summary>
    private async Task<bool> StartAsync()
    {
        var started = await RunAsync("start", "app");
        if (started.Text.Split("sudo ") is [_, var command])
        {
            output.WriteLine(started.Text);
            await Lab.Server.Machine.RunAsync(["sh", "-c", command.Split('\n')[0]]);
        }

        return started.Succeeded;
    }

    private string Log() => string.Join('\n', File.ReadLines(Path.Combine(Lab.Server.Machine.State, "agent.log")).TakeLast(40));

    private async Task PushAsync(string version)
    {
        var recipe = $"FROM {BoxImage.Name}\nENV VERSION={version}\nRUN [\"/bin/busybox\", \"sh\", \"-c\", \"echo {version} >/version; mkdir -p /kept\"]\nVOLUME /kept\n";
        (await Command.RunAsync(["env", "DOCKER_BUILDKIT=0", "docker", "--host", Engine.Endpoint, "build", "--quiet", "--network", "none", "--tag", Image, "-"], recipe, timeout: Patience)).OrFail();
        (await Command.RunAsync(["docker", "--host", Engine.Endpoint, "push", "--quiet", Image], timeout: Patience)).OrFail();
        if (version == "one")
            await Engine.DockerAsync(["rmi", Image]);
        else
            await Engine.DockerAsync(["rmi", "--force", Image]);
    }
}
