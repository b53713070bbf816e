using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Engine;

/// <summary>The command lines of the engines.</summary>
internal static class EngineProgram
{
    private const string Configuration = "containers.conf";

    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // Limits by default that any host may set, and runc, which takes every kind of control groups.
    private const string PodmanSettings = """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        runtime = "runc"
        [network]
        network_backend = "netavark"

        """;

    /// <summary>The docker command that fits the engine.</summary>
    public static string Docker(EngineChoice choice, LabPaths paths) => choice.Suite is null ? "docker" : Path.Combine(paths.Tools, "docker");

    /// <summary>The engine itself, on one server of a lab.</summary>
    public static IReadOnlyList<string> Daemon(EngineChoice choice, string lab, string server)
    {
        var paths = new LabPaths(lab);
        var command = choice.IsPodman ? PodmanService(paths, server) : Dockerd(choice, lab, paths, server);
        if (choice.Suite is null)
            return command;
        return
        [
            "sh", paths.Script(EngineScript.Name), new EngineTree(choice.Suite).Path, Path.Combine(paths.Disk, server, "engine-" + choice.Suite), choice.IsPodman ? KeeperScript.ControlGroup(lab) : "",
            "env", .. Variables(choice, paths), .. command,
        ];
    }

    /// <summary>Writes the files that the commands above name.</summary>
    public static async Task PrepareAsync(EngineChoice choice, LabPaths paths, CancellationToken cancellationToken)
    {
        if (choice.Suite is null)
            return;
        await File.WriteAllTextAsync(paths.Script(EngineScript.Name), EngineScript.Text, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(paths.State, Configuration), PodmanSettings, cancellationToken);
        Directory.CreateDirectory(paths.Tools);
        var tree = new EngineTree(choice.Suite);
        foreach (var program in (string[])["docker", "docker-compose"])
        {
            var path = Path.Combine(paths.Tools, program);
            await File.WriteAllTextAsync(path, tree.Wrapper(program), cancellationToken);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, Executable);
        }
    }

    private static string[] Dockerd(EngineChoice choice, string lab, LabPaths paths, string server) =>
    [
        "dockerd",
        "--data-root", Path.Combine(paths.Disk, server, "docker"),
        "--host", "unix://" + paths.DockerSocket(server),
        // The lab's network is macvlan; no bridge, so no firewall rules either.
        "--bridge=none", "--iptables=false", "--ip6tables=false",
        // systemd is not reachable from here; a group of our own is easy to remove.
        "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", KeeperScript.ControlGroup(lab),
        "--log-level", "warn",
        .. choice.Options,
    ];

    /// <summary>Podman's own command line, beside its service.</summary>
    /// <param name="choice">Which Podman.</param>
    /// <param name="paths">Of the lab.</param>
    /// <param name="server">Where it runs.</param>
    /// <param name="service">Process id of the service on that server.</param>
    public static IReadOnlyList<string> PodmanCommand(EngineChoice choice, LabPaths paths, string server, int service) =>
        ["nsenter", "--target", $"{service}", "--mount", "--cgroup", "--wd=/", "--", "env", .. Variables(choice, paths), .. Podman(paths, server)];

    private static string[] PodmanService(LabPaths paths, string server) =>
        [.. Podman(paths, server), "system", "service", "--time", "0", "unix://" + paths.DockerSocket(server)];

    private static string[] Podman(LabPaths paths, string server) =>
        ["podman", "--root", Path.Combine(paths.Disk, server, "podman"), "--runroot", "/run/podman", "--tmpdir", "/run/podman-tmp"];

    private static string[] Variables(EngineChoice choice, LabPaths paths) =>
        choice.IsPodman ? [$"CONTAINERS_CONF={Path.Combine(paths.State, Configuration)}", .. choice.Variables] : [.. choice.Variables];
}
