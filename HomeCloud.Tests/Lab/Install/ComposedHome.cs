using System.Diagnostics;
using System.Runtime.CompilerServices;
using HomeCloud.Lab;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>
/// Two bare servers on which HomeCloud can be installed the way docs/install.md says, with docker-compose from Debian and
/// images made by the shipped Dockerfile on base images made from Debian packages. The router is an OpenWrt (dnsmasq).
/// </summary>
public abstract class ComposedHome : IAsyncLifetime
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(30);
    private readonly string _work = Directory.CreateTempSubdirectory("homecloud-compose-").FullName;
    private HomeLab? _lab;

    public HomeLab Lab => _lab ?? throw new InvalidOperationException("The lab is not up.");

    public ComposeProject First { get; private set; } = null!;

    public ComposeProject Second { get; private set; } = null!;

    /// <summary>How long the parts of the start took, for people who want it quicker.</summary>
    public string Times { get; private set; } = "";

    /// <summary>Root file systems that base-images.sh shall make.</summary>
    protected abstract IReadOnlyList<string> BaseImages { get; }

    /// <summary>Makes the folder that compose runs in.</summary>
    /// <returns>Settings for .env that a home without an image registry adds.</returns>
    protected abstract Task<IReadOnlyList<string>> PrepareAsync(string folder);

    public async Task InitializeAsync()
    {
        using var limit = new CancellationTokenSource(BuildLimit);
        await DebianPackages.EnsureAsync([("docker-compose", "docker-compose"), ("busybox", "busybox-static")], SilentProgress.Instance, limit.Token);
        var settings = await TimedAsync("folder", () => PrepareAsync(Path.Combine(_work, "homecloud")));
        _lab = await TimedAsync("lab", () => HomeLab.StartAsync(new LabOptions { Shape = LabShape.Bare, Servers = 2 }, SilentProgress.Instance, limit.Token));
        await Lab.RouterForwarder!.EndAsync("KILL");
        await TimedAsync("base images", () => ImportBaseImagesAsync(limit.Token));

        First = new ComposeProject(Lab.Servers[0], Path.Combine(_work, "homecloud"), settings);
        Second = new ComposeProject(Lab.Servers[1], Path.Combine(_work, "homecloud2"), settings);
        await TimedAsync("build", () => First.ComposeAsync("compose.redis.yaml", "build"));
        (await Command.RunAsync(["cp", "-r", First.Folder, Second.Folder], cancellationToken: limit.Token)).OrFail();
    }

    public async Task DisposeAsync()
    {
        if (_lab is not null)
            await _lab.DisposeAsync();
        Directory.Delete(_work, recursive: true);
    }

    /// <summary>Brings the images to the second server, as a build there would.</summary>
    public async Task ShareImagesAsync(string images = "homecloud/dns homecloud/agent")
    {
        var share = $"docker --host {Lab.Servers[0].Engine.Endpoint} save {images} | docker --host {Lab.Servers[1].Engine.Endpoint} load";
        (await Command.RunAsync(["sh", "-c", share], timeout: BuildLimit)).OrFail();
    }

    private async Task ImportBaseImagesAsync(CancellationToken cancellationToken)
    {
        var runtime = new DirectoryInfo(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory()).Parent!.Parent!.Parent!.FullName;
        (await Command.RunAsync(["sh", Path.Combine(Here(), "base-images.sh"), _work, Documents.Root(), runtime, .. BaseImages], timeout: BuildLimit, cancellationToken: cancellationToken)).OrFail();
        foreach (var image in BaseImages)
        {
            var import = $"tar -C {Path.Combine(_work, image)} -c . | docker --host {Lab.Server.Engine.Endpoint} import --change 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' - local/{image}";
            (await Command.RunAsync(["sh", "-c", import], timeout: BuildLimit, cancellationToken: cancellationToken)).OrFail();
            Directory.Delete(Path.Combine(_work, image), recursive: true);
        }
    }

    private async Task<T> TimedAsync<T>(string what, Func<Task<T>> step)
    {
        var started = Stopwatch.GetTimestamp();
        var made = await step();
        Times += $"{what} {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, ";
        return made;
    }

    private Task TimedAsync(string what, Func<Task> step) => TimedAsync(what, async () =>
    {
        await step();
        return 0;
    });

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
