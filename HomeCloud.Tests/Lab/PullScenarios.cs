using System.Globalization;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
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
        await using var registry = await LocalRegistry.StartAsync(_lab.Server);
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
            terminal.Should().Contain("layers are present").And.Contain("━").And.Contain("\u001b[");

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
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_pull_that_crawls_is_ended_by_Ctrl_C_and_leaves_nothing()
    {
        await DebianPackages.EnsureAsync([("docker-registry", "docker-registry")], SilentProgress.Instance, default);
        await using var registry = await LocalRegistry.StartAsync(_lab.Server);
        try
        {
            await PushAsync();
            // The layers take minutes so (tc-tbf(8)).
            (await _lab.Server.Machine.RunAsync(["tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1mbit", "burst", "64kb", "latency", "400ms"])).OrFail();
            var told = (await _lab.Server.Machine.ShellAsync(
                """
                env --default-signal=INT "$1" create crawling --image "$2" >/tmp/told 2>&1 & pid=$!
                for i in $(seq 300); do
                    curl --silent --unix-socket /run/homecloud/agent.sock http://agent/api/v1/operations | grep -q '"percent":' && break
                    sleep 0.1
                done
                kill -INT $pid; wait $pid; echo "exit $?" >>/tmp/told
                cat /tmp/told; rm /tmp/told
                curl --silent --unix-socket /run/homecloud/agent.sock http://agent/api/v1/operations
                """,
                [Executables.Cli, Image])).OrFail().Output;
            output.WriteLine(told);
            told.TrimEnd().Should().Contain("ancelled").And.Contain("exit 130").And.EndWith("[]");
            (await _lab.Server.Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Should().NotContain("crawling");
            (await _lab.Server.Engine.DockerAsync(["images", "--quiet", Image])).Should().BeEmpty("the engine was told to stop pulling");
        }
        finally
        {
            await _lab.Server.Machine.RunAsync(["tc", "qdisc", "del", "dev", "lo", "root"]);
        }
    }

    /// <summary>As the guide says: a login is what <c>docker login</c> wrote, and counts at the next pull.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_registry_that_asks_for_a_password_gets_what_docker_login_wrote()
    {
        const string Login = "/var/lib/hc-login/docker.json";
        await DebianPackages.EnsureAsync([("docker-registry", "docker-registry"), ("htpasswd", "apache2-utils")], SilentProgress.Instance, default);
        (await _lab.Server.Machine.ShellAsync("mkdir -p /var/lib/homecloud && htpasswd -nbB reader sesame >/var/lib/homecloud/htpasswd")).OrFail();
        await using var registry = await LocalRegistry.StartAsync(_lab.Server, "auth: { htpasswd: { realm: home, path: /var/lib/homecloud/htpasswd } }");
        var folder = Directory.CreateTempSubdirectory("homecloud-login").FullName;
        await using var agent = await OtherAgent.StartAsync(_lab.Server.Machine, "login", "--docker-config", Login);
        try
        {
            (await Command.RunAsync(["docker", "--config", folder, "--host", _lab.Server.Engine.Endpoint, "login", "--username", "reader", "--password-stdin", "127.0.0.1:5000"], "sesame")).OrFail();
            await PushAsync("--config", folder);
            var refused = await agent.RunAsync("create", "locked", "--image", Image);
            output.WriteLine(refused.Text);
            refused.Succeeded.Should().BeFalse();
            refused.Error.Should().Contain("docker login");

            (await _lab.Server.Machine.ShellAsync("printf '%s' \"$1\" >\"$2\"", [await File.ReadAllTextAsync(Path.Combine(folder, "config.json")), Login])).OrFail();
            (await agent.RunAsync("create", "locked", "--image", Image)).OrFail().Output.Should().Contain($"Pulled {Image}");
        }
        finally
        {
            await agent.RunAsync("rm", "--yes", "--volumes", "locked");
            await _lab.Server.Machine.RunAsync(["docker", "rmi", Image]);
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task PushAsync(params string[] options)
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
            (await Command.RunAsync(["docker", .. options, "--host", _lab.Server.Engine.Endpoint, "push", "--quiet", Image], timeout: Patience)).OrFail();
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
