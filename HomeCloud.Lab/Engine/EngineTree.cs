using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Engine;

/// <summary>
/// The files of another Debian release, with its engines, their command line and Compose (or its Redis servers, or what it boots
/// with), unpacked once into the lab's cache by debootstrap. Nothing of it is installed on this machine.
/// </summary>
public sealed class EngineTree
{
    private const string Folder = "engines";

    /// <summary>Changes with every change of the packages below, so that an older tree is made again.</summary>
    private const string Recipe = "1";

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(15);

    private static readonly (string Program, string Package)[] Builder = [("debootstrap", "debootstrap")];

    // podman's default runtime, crun, refuses the hybrid control groups that some hosts have; runc takes them.
    private static readonly string[] Packages =
    [
        "docker.io", "docker-cli", "docker-compose", "containerd", "runc",
        "podman", "netavark", "aardvark-dns", "conmon", "iproute2", "iptables", "nftables", "ca-certificates",
    ];

    private readonly string _suite;
    private readonly string _name;
    private readonly string[] _packages;

    public EngineTree(string suite)
        : this(suite, suite, Packages)
    {
    }

    private EngineTree(string suite, string name, string[] packages) => (_suite, _name, _packages) = (suite, name, packages);

    /// <summary>Redis 8 and Valkey 9, which Debian has in its unstable release only.</summary>
    public static EngineTree Redis { get; } = new("sid", "sid-redis", ["redis-server", "redis-tools", "valkey-server", "valkey-tools"]);

    /// <summary>The oldest Debian whose systemd our units are for, with all that the programs need of a machine.</summary>
    public static EngineTree Systemd { get; } = new("bookworm", "bookworm-systemd", ["systemd", "systemd-sysv", "dbus", "iproute2", "procps", "openssl", "ca-certificates"]);

    /// <summary>The root of the tree.</summary>
    public string Path => System.IO.Path.Combine(LabPaths.Cache, Folder, $"{_name}-{Recipe}");

    /// <summary>
    /// A script that runs a program of the tree on this machine's files: the tree's own loader and libraries, for
    /// programs that need a newer C library than this machine has. <c>docker compose</c> is the tree's too.
    /// </summary>
    public string Wrapper(string program) => $"""
        #!/bin/sh
        tree={Path}
        program={program}
        if [ "$program" = docker ] && [ "$1" = compose ]; then shift; program=docker-compose; fi
        for loader in "$tree"/lib64/ld-linux-*.so.* "$tree"/lib/ld-linux-*.so.*; do [ -e "$loader" ] && break; done
        for libraries in "$tree"/usr/lib/*-linux-gnu; do break; done
        exec "$loader" --library-path "$libraries" "$tree/usr/bin/$program" "$@"

        """;

    /// <summary>Makes the tree if it is not there yet.</summary>
    /// <exception cref="LabException">This is no Debian, or its mirror does not have the release.</exception>
    public async Task EnsureAsync(ILabProgress progress, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Path))
            return;
        await DebianPackages.EnsureAsync(Builder, progress, cancellationToken);
        using var one = await LabLock.AcquireAsync(Folder + ".lock", BuildLimit, cancellationToken);
        if (Directory.Exists(Path))
            return;
        var mirror = await DebianPackages.MirrorAsync(cancellationToken);
        await progress.StepAsync($"Unpacking Debian {_suite} with {_packages[0]} into {Path} (once)", () => BuildAsync(mirror, cancellationToken));
    }

    private async Task BuildAsync(string mirror, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var work = Path + ".new";
        try
        {
            Remove(work);
            (await Command.RunAsync(
                ["debootstrap", "--variant=minbase", "--include=" + string.Join(',', _packages), _suite, work, mirror],
                timeout: BuildLimit,
                cancellationToken: cancellationToken)).OrFail();
            foreach (var part in (string[])["var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man"])
                Remove(System.IO.Path.Combine(work, part));
            Directory.Move(work, Path);
        }
        finally
        {
            Remove(work);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
