using System.Security.Cryptography;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>
/// The scenarios of Unbound and Knot Resolver, from the source packages of this machine's release: fetched for one run, by apt, which
/// checks them against the archive's signature. They end with the run, and nothing of them is ours to keep.
/// </summary>
internal sealed class ReplaySources : IDisposable
{
    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(5);

    // Which ones the table of differences was made with: those of Debian 12 and 13.
    private static readonly Dictionary<string, string> Pinned = new()
    {
        ["unbound_1.17.1.orig.tar.gz"] = "ee4085cecce12584e600f3d814a28fa822dfaacec1f94c84bfd67f8a5571a5f4",
        ["unbound_1.26.2.orig.tar.gz"] = "d8ee7aa6bbb3ff1be7d9e57637d0d0ec2f18273a8efff1a0afe2c665858b96f7",
        ["knot-resolver_5.6.0.orig.tar.xz"] = "0c82ae937b685dc477fb3176098e3dc106c898b7cd83553e5bc54dccb83c80d7",
        ["knot-resolver_5.7.5.orig.tar.xz"] = "80239cf9aa92599d9cbad4642dea5520b2ccfbc9c6f968886ea46179cb3cdf66",
    };

    private static readonly (string Package, string Folder)[] Packages = [("unbound", "testdata"), ("knot-resolver", "tests/integration/deckard/sets/resolver")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("replays-");
    private readonly List<string> _archives = [];

    /// <summary>File names of the archives.</summary>
    public IReadOnlyList<string> Archives => _archives;

    /// <summary>Those that nobody has looked at when the table of differences was made.</summary>
    public IEnumerable<string> Unpinned => _archives.Where(archive => !Pinned.ContainsKey(archive));

    /// <summary>Each scenario: its package with the version, as <c>unbound_1.17.1</c>, and its file.</summary>
    public IEnumerable<(string Package, string File)> All =>
        from source in Packages
        let package = _archives.Single(archive => archive.StartsWith($"{source.Package}_", StringComparison.Ordinal)).Split(".orig.")[0]
        from file in Directory.EnumerateFiles(Path.Combine(_folder.FullName, source.Package), "val_*.*rpl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        where Path.GetDirectoryName(file)!.EndsWith(source.Folder, StringComparison.Ordinal)
        select (package, file);

    /// <exception cref="LabException">The archive does not have them.</exception>
    public static async Task<ReplaySources> FetchAsync(CancellationToken cancellation)
    {
        var sources = new ReplaySources();
        try
        {
            await sources.RunAsync(cancellation);
            return sources;
        }
        catch
        {
            sources.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task RunAsync(CancellationToken cancellation)
    {
        if (!DebianPackages.HasLists())
            await DebianPackages.UpdateAsync(cancellation);

        // apt's own archives, for sources: in a list and a cache of their own, so that the machine's stay as they are.
        var targets = (await Command.RunAsync(
            ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SIGNED_BY)", "Created-By: Packages"], cancellationToken: cancellation)).OrFail().Output;
        var lines = targets.Split('\n').Select(line => line.Split('|')).Where(target => target is ["Debian" or "Ubuntu", ..])
            .Select(target => $"deb-src {(target[4].StartsWith('/') ? $"[signed-by={target[4]}] " : "")}{target[1]} {target[2]} {target[3]}").Distinct();
        await File.WriteAllLinesAsync(Path.Combine(_folder.FullName, "sources.list"), lines, cancellation);
        foreach (var folder in (string[])["lists/partial", "cache/archives/partial"])
            Directory.CreateDirectory(Path.Combine(_folder.FullName, folder));
        (await AptAsync(_folder.FullName, ["update"], cancellation)).OrFail();
        foreach (var (package, _) in Packages)
            await FetchAsync(package, cancellation);
    }

    private async Task FetchAsync(string package, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, package));
        var got = await AptAsync(folder.FullName, ["source", "--download-only", "--tar-only", package], cancellation);
        if (!got.Succeeded || folder.GetFiles("*.orig.tar.*") is not [var archive, ..])
            throw new LabException($"The source package {package}, whose scenarios are tried here, cannot be had from the archive that apt uses on this machine: {got.Text}");
        await using (var content = archive.OpenRead())
        {
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
            if (Pinned.TryGetValue(archive.Name, out var pinned) && pinned != hash)
                throw new LabException($"{archive.Name} is not the one that was looked at: its SHA-256 is {hash}.");
        }

        _archives.Add(archive.Name);
        (await Command.RunAsync(["tar", "-xf", archive.FullName, "-C", folder.FullName, "--wildcards", "*/val_*rpl"], timeout: FetchLimit, cancellationToken: cancellation)).OrFail();
    }

    private Task<CommandResult> AptAsync(string folder, string[] arguments, CancellationToken cancellation) => Command.RunAsync(
        [
            "env", "-C", folder, "apt-get", "-q", "-o", $"Dir::Etc::sourcelist={_folder.FullName}/sources.list", "-o", "Dir::Etc::sourceparts=-",
            "-o", $"Dir::State::lists={_folder.FullName}/lists", "-o", $"Dir::Cache={_folder.FullName}/cache", "-o", "APT::Sandbox::User=root", .. arguments,
        ],
        timeout: FetchLimit,
        cancellationToken: cancellation);
}
