using System.Security.Cryptography;
using System.Text;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Engine;

/// <summary>
/// The image of the lab's containers: an ssh server (dropbear, ports 22 and 2222) and a web server (busybox, ports 80
/// and 8080), unpacked from Debian packages without installing them, and kept for the next lab.
/// </summary>
public static class BoxImage
{
    public const string Name = "box";

    /// <summary>What it exposes: each a line of its own for Podman, whose import takes one port an EXPOSE.</summary>
    internal static readonly int[] Ports = [22, 80, 2222, 8080];

    /// <summary>Changes with every change of the recipe below.</summary>
    private const string Recipe = "1";

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(5);

    /// <summary>The key that opens the ssh servers; made once a machine.</summary>
    public static string KeyPath { get; } = Path.Combine(LabPaths.Cache, "id_ed25519");

    /// <summary>Path of a root file system as tar, for <c>docker import</c>.</summary>
    public static async Task<string> EnsureAsync(ILabProgress progress, CancellationToken cancellationToken)
    {
        // Two first labs at once would make two keys, and an image each.
        using var one = await LabLock.AcquireAsync("box.lock", BuildLimit, cancellationToken);
        await EnsureKeyAsync(cancellationToken);
        if (!DebianPackages.HasLists())
            await progress.StepAsync("apt-get update", () => DebianPackages.UpdateAsync(cancellationToken));

        var packages = await VersionsAsync(await ClosureAsync(cancellationToken), cancellationToken);
        var key = string.Join('\n', [Recipe, .. packages, await File.ReadAllTextAsync(KeyPath + ".pub", cancellationToken)]);
        var path = Path.Combine(LabPaths.Cache, $"box-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..12]}.tar");
        if (!File.Exists(path))
            await progress.StepAsync($"Building the image '{Name}' from Debian packages", () => BuildAsync(packages, path, cancellationToken));
        return path;
    }

    private static async Task EnsureKeyAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(KeyPath))
            return;
        (await Command.RunAsync(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "homecloud-lab", "-f", KeyPath], cancellationToken: cancellationToken)).OrFail();
    }

    private static async Task<string[]> ClosureAsync(CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync(
            [
                "apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks",
                "--no-replaces", "--no-enhances", "dropbear-bin", "busybox-static",
            ],
            cancellationToken: cancellationToken);
        return [.. result.OrFail().Output.Split('\n').Where(l => l.Length > 0 && (char.IsAsciiLetter(l[0]) || char.IsAsciiDigit(l[0]))).Select(l => l.Split(':')[0]).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary><c>name=version</c> of each package's candidate.</summary>
    private static async Task<string[]> VersionsAsync(string[] packages, CancellationToken cancellationToken)
    {
        var policy = (await Command.RunAsync(["apt-cache", "policy", .. packages], cancellationToken: cancellationToken)).OrFail().Output;
        var versions = new List<string>();
        var name = "";
        foreach (var line in policy.Split('\n'))
        {
            if (line.EndsWith(':') && !line.StartsWith(' '))
                name = line[..^1];
            else if (line.Trim().Split("Candidate: ") is [_, var version] && version != "(none)")
                versions.Add($"{name}={version}");
        }

        return [.. versions];
    }

    private static async Task BuildAsync(string[] packages, string path, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("homecloud-box-").FullName;
        try
        {
            var built = await Command.RunAsync(["sh", "-c", BoxRecipe.Script, "sh", work, KeyPath + ".pub", .. packages], timeout: BuildLimit, cancellationToken: cancellationToken);
            built.OrFail();
            File.Move(Path.Combine(work, "box.tar"), path, overwrite: true);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
