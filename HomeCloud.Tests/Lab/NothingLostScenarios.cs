using System.Text.Json;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab;

/// <summary>Servers renamed, removed, copied and made again on a real engine: each keeps its own data and address, and its own end.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class NothingLostScenarios(EmbeddedLab fixture) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HomeLab _lab = fixture.Lab;

    private DockerEngine Engine => _lab.Server.Engine;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _lab.RemoveContainersAndVolumesAsync();

    [Fact(Timeout = 180_000)]
    public async Task A_server_made_under_the_name_of_a_renamed_one_has_data_and_MAC_of_its_own()
    {
        await CreateAsync("db", "-v", "data:/data");
        await InsideAsync("db", "echo precious >/data/file");
        await HomeCloudAsync("rename", "db", "db-old");
        await CreateAsync("db", "-v", "data:/data");
        await InsideAsync("db", "echo other >/data/file");
        (await InsideAsync("db-old", "cat /data/file")).Should().Be("precious");

        // The same with a rename that nobody told the agent of.
        await Engine.DockerAsync(["rename", "db", "db-older"]);
        await CreateAsync("db", "-v", "data:/data");
        (await InsideAsync("db", "cat /data/file || echo none")).Should().Be("none");
        var macs = new List<string>();
        foreach (var name in (string[])["db", "db-old", "db-older"])
            macs.Add(await Engine.DockerAsync(["inspect", "--format", "{{.NetworkSettings.Networks.lan.MacAddress}}", name]));
        macs.Should().OnlyHaveUniqueItems();

        await HomeCloudAsync("rm", "--yes", "--volumes", "db");
        (await InsideAsync("db-old", "cat /data/file")).Should().Be("precious");
        (await InsideAsync("db-older", "cat /data/file")).Should().Be("other");
    }

    [Fact(Timeout = 180_000)]
    public async Task A_volume_that_another_container_mounts_is_refused_unless_it_is_asked_for()
    {
        await Engine.DockerAsync(["volume", "create", "barn-data"]);
        await Engine.RunBoxAsync("tenant", "--volume", "barn-data:/x");
        await InsideAsync("tenant", "echo mine >/x/file");

        var refused = await RunAsync("create", "barn", "--image", BoxImage.Name, "-v", "data:/data");
        refused.ExitCode.Should().Be(4);
        refused.Error.Should().Contain("barn-data").And.Contain("tenant").And.Contain("shared");
        await CreateAsync("barn", "-v", "barn-data:/data:ro,shared");
        (await InsideAsync("barn", "cat /data/file")).Should().Be("mine");
        await HomeCloudAsync("rm", "--yes", "--volumes", "barn");
        (await Engine.DockerAsync(["volume", "ls", "--quiet"])).Should().Contain("barn-data");
    }

    [Fact(Timeout = 180_000)]
    public async Task Removed_or_expired_a_server_gets_its_own_signal_and_its_own_time_and_force_kills()
    {
        const string Recipe = "FROM box\nSTOPSIGNAL SIGUSR1\nCMD [\"sh\", \"-c\", \"httpd -p 22 -h /www; trap 'sleep 1; echo whole >/data/end; exit 0' USR1; echo up >/data/up; while :; do sleep 0.1; done\"]\n";
        (await Command.RunAsync(["env", "DOCKER_BUILDKIT=0", "docker", "--host", Engine.Endpoint, "build", "--quiet", "--tag", "signalled:1", "-"], Recipe)).OrFail();

        async Task<string> EndOf(string name, params string[] removing)
        {
            await BecomesAsync(async () => await VolumeFileAsync($"{name}-data", "up") == "up");
            if (removing.Length > 0)
                (await RunAsync(removing)).OrFail();
            await BecomesAsync(async () => !(await Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Split('\n').Contains(name));
            return await VolumeFileAsync($"{name}-data", "end");
        }

        await CreateAsync("gentle", "--image", "signalled:1", "-v", "data:/data");
        (await EndOf("gentle", "rm", "--yes", "gentle")).Should().Be("whole");
        await CreateAsync("brief", "--image", "signalled:1", "-v", "data:/data", "--for", "2s");
        (await EndOf("brief")).Should().Be("whole");
        await CreateAsync("stuck", "--image", "signalled:1", "-v", "data:/data");
        (await EndOf("stuck", "rm", "--yes", "--force", "stuck")).Should().BeEmpty();
    }

    [Fact(Timeout = 180_000)]
    public async Task What_is_started_from_a_committed_image_inherits_neither_end_nor_name_nor_owner()
    {
        await CreateAsync("brief", "--for", "6s", "--alias", "music", "--wildcard");
        await Engine.DockerAsync(["commit", "brief", "committed:1"]);
        await Engine.DockerAsync(["run", "--detach", "--name", "copy", "--network", "lan", "committed:1"]);
        await CreateAsync("again", "--image", "committed:1");
        await BecomesAsync(async () => !(await Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Split('\n').Contains("brief"));

        // When this one is gone, whatever had the first one's end would be too.
        await CreateAsync("later", "--for", "6s");
        await BecomesAsync(async () => !(await Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Split('\n').Contains("later"));
        (await Engine.DockerAsync(["ps", "--format", "{{.Names}}"])).Split('\n').Should().Contain("copy").And.Contain("again");

        var shown = JsonDocument.Parse((await HomeCloudAsync("show", "copy", "--json")).Trim()).RootElement;
        shown.GetProperty("ours").GetBoolean().Should().BeFalse();
        shown.TryGetProperty("expiresAt", out _).Should().BeFalse();
        var ours = JsonDocument.Parse((await HomeCloudAsync("show", "again", "--json")).Trim()).RootElement;
        ours.GetProperty("ours").GetBoolean().Should().BeTrue();
        ours.TryGetProperty("expiresAt", out _).Should().BeFalse();
        using var names = new ContainerNames(_lab);
        await names.BecomesNxDomainAsync("music");
        await names.BecomesNxDomainAsync("x.copy");
    }

    [Fact(Timeout = 180_000)]
    public async Task The_fixed_address_of_a_container_that_is_stopped_is_not_given_away()
    {
        const string Address = "192.168.1.222";
        await Engine.CreateBoxAsync("asleep", "--ip", Address);

        var refused = await RunAsync("create", "wanted", "--image", BoxImage.Name, "--address", Address);
        refused.Should().Match<CommandResult>(r => r.ExitCode == 4 && r.Error.Contains("asleep"));
        await Engine.DockerAsync(["start", "asleep"]);
        (await AddressAsync("asleep")).Should().Be(Address);
    }

    private Task<string> CreateAsync(string name, params string[] options) =>
        HomeCloudAsync(["create", name, .. options.Contains("--image") ? [] : (string[])["--image", BoxImage.Name], .. options]);

    private Task<string> AddressAsync(string name) => Engine.DockerAsync(["inspect", "--format", "{{.NetworkSettings.Networks.lan.IPAddress}}", name]);

    private Task<string> InsideAsync(string name, string script) => Engine.DockerAsync(["exec", name, "sh", "-c", script]);

    private Task<string> VolumeFileAsync(string volume, string file) =>
        Engine.DockerAsync(["run", "--rm", "--network", "none", "--volume", $"{volume}:/v", BoxImage.Name, "sh", "-c", $"cat /v/{file} 2>/dev/null || true"]);

    private static async Task BecomesAsync(Func<Task<bool>> condition) => (await Poll.UntilAsync(condition, Patience)).Should().BeTrue();

    private async Task<string> HomeCloudAsync(params string[] arguments) => (await RunAsync(arguments)).OrFail().Output;

    private Task<CommandResult> RunAsync(params string[] arguments) => _lab.Server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: Patience);
}
