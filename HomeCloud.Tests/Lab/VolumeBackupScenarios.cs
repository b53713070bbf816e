using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>The data of servers goes into a backup and comes back, on a real engine.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class VolumeBackupScenarios(EmbeddedLab fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Backup = "/root/with-volumes.tar.gz";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly HomeLab _lab = fixture.Lab;

    private DockerEngine Engine => _lab.Server.Engine;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _lab.Server.Machine.RunAsync(["rm", "-f", Backup]);
        await _lab.RemoveContainersAndVolumesAsync();
        if (!(await RunAsync("ls")).Succeeded)
            await StartAgentAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_backup_with_volumes_brings_a_home_back_with_owners_modes_and_links()
    {
        (await RunAsync("create", "app", "--image", BoxImage.Name, "-v", "data:/data")).OrFail();
        (await RunAsync("create", "gone", "--image", BoxImage.Name, "-v", "data:/data")).OrFail();
        await InsideAsync("app", "echo precious >/data/file; chown 1234:55 /data/file; chmod 640 /data/file; ln -s file /data/link; mkdir /data/deep; dd if=/dev/urandom of=/data/deep/large bs=1M count=20 2>/dev/null; chmod 2770 /data/deep; chown 7 /data");
        await InsideAsync("gone", "echo kept >/data/file");
        (await RunAsync("rm", "--yes", "gone")).OrFail();
        await Engine.DockerAsync(["volume", "create", "foreign"]);
        const string Look = "cd /data && stat -c '%n %u:%g %a %F' . file link deep deep/large && md5sum file deep/large && readlink link";
        var before = await InsideAsync("app", Look);
        var address = await Engine.DockerAsync(["inspect", "--format", "{{.NetworkSettings.Networks.lan.IPAddress}}", "app"]);

        var told = (await RunAsync("backup", Backup, "--with-volumes")).OrFail().Error;
        output.WriteLine(told);
        told.Should().Contain("2 volumes").And.Contain("app-data  20 MiB").And.Contain("did not create: foreign").And.Contain("Not in it");
        (await Engine.DockerAsync(["ps", "--format", "{{.Names}} {{.State}}"])).Trim().Should().Be("app running", "it stood still for a moment only");
        (await Engine.DockerAsync(["images", "--format", "{{.Repository}}"])).Should().NotContain("homecloud/volume");

        (await RunAsync("rm", "--yes", "--volumes", "app")).OrFail();
        await Engine.DockerAsync(["volume", "rm", "gone-data"]);
        await _lab.Server.Agent.EndAsync();

        // Cut off in the middle: nothing of it stays.
        (await _lab.Server.Machine.ShellAsync($"head -c 9000000 {Backup} >{Backup}.cut")).OrFail();
        var cut = await RunAsync("restore", Backup + ".cut", "--with-volumes");
        await _lab.Server.Machine.RunAsync(["rm", "-f", Backup + ".cut"]);
        output.WriteLine(cut.Text);
        cut.ExitCode.Should().Be(1);
        (await Engine.DockerAsync(["volume", "ls", "--quiet"])).Trim().Should().Be("foreign");

        output.WriteLine((await RunAsync("restore", Backup, "--with-volumes")).OrFail().Error);
        var again = await RunAsync("restore", Backup, "--with-volumes");
        again.ExitCode.Should().Be(4);
        again.Error.Should().Contain("app-data");
        await StartAgentAsync();
        (await RunAsync("create", "app", "--image", BoxImage.Name, "-v", "data:/data")).OrFail();
        (await InsideAsync("app", Look)).Should().Be(before);
        (await Engine.DockerAsync(["inspect", "--format", "{{.NetworkSettings.Networks.lan.IPAddress}}", "app"])).Should().Be(address);
        (await RunAsync("create", "gone", "--image", BoxImage.Name, "-v", "data:/data")).OrFail();
        (await InsideAsync("gone", "cat /data/file")).Trim().Should().Be("kept");
        (await Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Should().NotContain("homecloud-volume");
    }

    private async Task StartAgentAsync()
    {
        await _lab.Server.Agent.StartAsync();
        await _lab.Server.Agent.ReadyAsync(async () => (await RunAsync("ls")).Succeeded, Patience);
    }

    private Task<string> InsideAsync(string name, string script) => Engine.DockerAsync(["exec", name, "sh", "-c", script]);

    private Task<CommandResult> RunAsync(params string[] arguments) => _lab.Server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: Patience);
}
