using System.Globalization;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>An image of several layers, pulled from a real registry on the server's loopback, with the progress that people see.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class PullScenarios(EmbeddedLab fixture, ITestOutputHelper output)
{
    private const string Image = "127.0.0.1:5000/home/layers:1";
    private const int Layers = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly HomeLab _lab = fixture.Lab;

    [Fact(Timeout = 300_000)]
    public async Task Each_layer_is_told_by_the_command_line_and_by_the_API_and_a_missing_image_is_told_plainly()
    {
        await DebianPackages.EnsureAsync([("docker-registry", "docker-registry")], SilentProgress.Instance, default);
        var registry = await StartRegistryAsync();
        try
        {
            await PushAsync();

            // Into a pipe: a line for each layer.
            var plain = (await RunAsync("create", "layered", "--image", Image)).OrFail().Output;
            output.WriteLine(plain);
            // The box below them is there already, as far as the engine still knows its digest.
            plain.Split('\n').Count(l => l.Contains("Pull complete", StringComparison.Ordinal)).Should().BeInRange(Layers, Layers + 1);
            plain.Should().Contain($"({Layers + 1} of {Layers + 1})").And.Contain($"Pulled {Image}").And.Contain("ready after");

            // On a terminal: bars. The engine's own copy is taken away first.
            await ForgetAsync("layered");
            var terminal = (await _lab.Server.Machine.RunAsync(["env", "TERM=xterm-256color", "script", "--quiet", "--return", "--command", $"{Executables.Cli} create layered --image {Image}", "/dev/null"], timeout: Patience)).OrFail().Output;
            terminal.Should().Contain("layers are here").And.Contain("━").And.Contain("\u001b[");

            // Over the API: every layer with its state, and the events of a watcher that came late.
            await ForgetAsync("layered");
            var events = (await _lab.Server.Machine.ShellAsync(
                """
                api="curl --silent --show-error --fail --no-buffer --unix-socket /run/homecloud/agent.sock"
                id=$($api --json "{\"name\":\"layered\",\"image\":\"$1\"}" http://agent/api/v1/servers | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
                $api "http://agent/api/v1/operations/$id/events"
                """,
                [Image])).OrFail().Output;
            events.Should().Contain("\"layers\":[{\"id\":").And.Contain("\"percent\":").And.Contain("event: done").And.Contain("\"state\":\"succeeded\"");

            var missing = await RunAsync("create", "nothing", "--image", "127.0.0.1:5000/home/nothing:1");
            missing.ExitCode.Should().Be(3);
            missing.Error.Should().Contain("127.0.0.1:5000/home/nothing:1");
            (await _lab.Server.Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Should().NotContain("nothing");
        }
        finally
        {
            await RunAsync("rm", "--yes", "--volumes", "layered");
            await registry.EndAsync("KILL");
        }
    }

    private async Task<Daemon> StartRegistryAsync()
    {
        const string Configuration = """
            version: 0.1
            storage: { filesystem: { rootdirectory: /var/lib/homecloud/registry } }
            http: { addr: "127.0.0.1:5000" }
            """;
        (await _lab.Server.Machine.ShellAsync("mkdir -p /var/lib/homecloud && printf '%s\n' \"$1\" > /var/lib/homecloud/registry.yml", [Configuration])).OrFail();
        var registry = new Daemon(_lab.Server.Machine, "docker-registry", ["docker-registry", "serve", "/var/lib/homecloud/registry.yml"]);
        await registry.StartAsync();
        await registry.ReadyAsync(
            async () => (await _lab.Server.Machine.RunAsync(["curl", "--silent", "--fail", "http://127.0.0.1:5000/v2/"])).Succeeded, TimeSpan.FromSeconds(30));
        return registry;
    }

    private async Task PushAsync()
    {
        var folder = Directory.CreateTempSubdirectory("homecloud-layers").FullName;
        try
        {
            var recipe = new List<string> { $"FROM {BoxImage.Name}" };
            for (var i = 1; i <= Layers; i++)
            {
                // Random, so that compression makes none of them small.
                var bytes = new byte[3 << 20];
                new Random(i).NextBytes(bytes);
                await File.WriteAllBytesAsync(Path.Combine(folder, $"part{i}"), bytes);
                recipe.Add(string.Create(CultureInfo.InvariantCulture, $"COPY part{i} /part{i}"));
            }

            await File.WriteAllLinesAsync(Path.Combine(folder, "Dockerfile"), recipe);
            (await Command.RunAsync(["env", "DOCKER_BUILDKIT=0", "docker", "--host", _lab.Server.Engine.Endpoint, "build", "--quiet", "--tag", Image, folder], timeout: Patience)).OrFail();
            await _lab.Server.Engine.DockerAsync(["push", "--quiet", Image]);
            await _lab.Server.Engine.DockerAsync(["rmi", Image]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task ForgetAsync(string name)
    {
        (await RunAsync("rm", "--yes", "--volumes", name)).OrFail();
        await _lab.Server.Engine.DockerAsync(["rmi", Image]);
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => _lab.Server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: Patience);
}
