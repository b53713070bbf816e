using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Services;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Packages;

/// <summary>Installs the Debian packages whose programs the lab uses.</summary>
public static class DebianPackages
{
    private const string ServicePolicy = "/usr/sbin/policy-rc.d";
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(15);
    private static readonly string[] Directories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private static readonly (string Program, string Package)[] Needed =
    [
        ("dockerd", "docker.io"),
        ("docker", "docker-cli"),
        ("dig", "bind9-dnsutils"),
        ("ssh", "openssh-client"),
        ("curl", "curl"),
        ("dnsmasq", "dnsmasq-base"),
        ("ip", "iproute2"),
        ("nsenter", "util-linux"),
        ("ps", "procps"),
    ];

    private static readonly (string Program, string Package) Redis = ("redis-server", "redis-server");

    /// <summary>Peers and clients that the tests compare with, and the browser they look at the pages with.</summary>
    private static readonly (string Program, string Package)[] ForTests =
    [
        Redis,
        ("redis-cli", "redis-tools"),
        ("kdig", "knot-dnsutils"),
        ("drill", "ldnsutils"),
        ("host", "bind9-host"),
        ("unbound", "unbound"),
        ("named", "bind9"),
        ("dnssec-signzone", "bind9-utils"),
        ("kzonesign", "knot-dnssecutils"),
        ("pdns_server", "pdns-server"),
        ("pdnsutil", "pdns-backend-bind"),
        ("pdns_recursor", "pdns-recursor"),
        ("kresd", "knot-resolver"),
        ("busybox", "busybox-static"),
        ("setcap", "libcap2-bin"),
        ("docker-compose", "docker-compose"),
        ("netplan", "netplan.io"),
        ("systemd-analyze", "systemd"),
        ("systemd-nspawn", "systemd-container"),
        ("debootstrap", "debootstrap"),
        ("prometheus", "prometheus"),
        ("chromium", "chromium"),
        ("npm", "npm"),
        ("zsh", "zsh"),
        ("fish", "fish"),
        ("script", "bsdutils"),
        ("docker-registry", "docker-registry"),
        ("cc", "build-essential"),
        SharedDnsAddress.Package,
    ];

    /// <summary>Installs what the lab needs and is missing, after saying so.</summary>
    /// <returns>The packages that were installed.</returns>
    /// <exception cref="LabException">This is no Debian, or apt failed.</exception>
    public static Task<IReadOnlyList<string>> EnsureAsync(bool redis, ILabProgress progress, CancellationToken cancellationToken) =>
        EnsureAsync([.. Needed, .. redis ? [Redis] : Array.Empty<(string, string)>()], progress, cancellationToken);

    /// <summary>What every test together needs.</summary>
    /// <inheritdoc cref="EnsureAsync(bool, ILabProgress, CancellationToken)" path="/exception"/>
    public static Task<IReadOnlyList<string>> EnsureForTestsAsync(ILabProgress progress, CancellationToken cancellationToken) =>
        EnsureAsync([.. Needed, .. ForTests], progress, cancellationToken);

    /// <summary>The same for other programs, each with the package that has it.</summary>
    /// <inheritdoc cref="EnsureAsync(bool, ILabProgress, CancellationToken)" path="/exception"/>
    public static async Task<IReadOnlyList<string>> EnsureAsync(IReadOnlyList<(string Program, string Package)> needed, ILabProgress progress, CancellationToken cancellationToken)
    {
        var missing = Missing(needed);
        if (missing.Count == 0)
            return [];
        if (Find("apt-get") is null)
            throw new LabException($"Programs are missing and there is no apt-get to install them: {string.Join(", ", missing.Select(m => m.Program))}.");

        progress.Say($"Missing programs: {string.Join(", ", missing.Select(m => m.Program))}.");
        if (!HasLists())
            await progress.StepAsync("apt-get update", () => UpdateAsync(cancellationToken));
        // Before Debian 13 the docker command was part of docker.io; it comes with dockerd there.
        var packages = await KnownAsync(missing.Select(m => m.Package).Distinct(), cancellationToken);
        await progress.StepAsync($"Installing Debian packages: {string.Join(' ', packages)}", () => InstallAsync(packages, cancellationToken));

        var still = Missing(needed);
        if (still.Count > 0)
            throw new LabException($"Still missing after the installation: {string.Join(", ", still.Select(m => m.Program))}.");
        return packages;
    }

    public static async Task UpdateAsync(CancellationToken cancellationToken) =>
        (await AptAsync(["update"], cancellationToken)).OrFail();

    /// <summary>The address that apt has Debian's main archive from.</summary>
    /// <exception cref="LabException">apt has no Debian archive here.</exception>
    public static async Task<string> MirrorAsync(CancellationToken cancellationToken)
    {
        if (!HasLists())
            await UpdateAsync(cancellationToken);
        var archives = (await Command.RunAsync(
            ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Created-By: Packages"],
            cancellationToken: cancellationToken)).OrFail().Output;
        return archives.Split('\n').Select(line => line.Split('|')).FirstOrDefault(archive => archive is ["Debian", "Debian", _])?[2]
            ?? throw new LabException("Engines of other Debian releases come from apt's Debian archive, and apt has none on this machine; use --engine distribution.");
    }

    public static bool HasLists() =>
        Directory.Exists("/var/lib/apt/lists") && Directory.EnumerateFiles("/var/lib/apt/lists", "*_Packages*").Any();

    private static List<(string Program, string Package)> Missing(IEnumerable<(string Program, string Package)> needed) =>
        [.. needed.Where(n => Find(n.Program) is null)];

    private static string? Find(string program) =>
        Directories.Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    private static async Task<List<string>> KnownAsync(IEnumerable<string> packages, CancellationToken cancellationToken)
    {
        var known = new List<string>();
        foreach (var package in packages)
        {
            if ((await Command.RunAsync(["apt-cache", "show", package], cancellationToken: cancellationToken)).Succeeded)
                known.Add(package);
        }

        return known;
    }

    /// <summary>Packages of daemons would start them on this machine; the policy file (invoke-rc.d) forbids it meanwhile.</summary>
    private static async Task InstallAsync(List<string> packages, CancellationToken cancellationToken)
    {
        var ours = !File.Exists(ServicePolicy);
        if (ours)
            await File.WriteAllTextAsync(ServicePolicy, "#!/bin/sh\nexit 101\n", cancellationToken);
        try
        {
            if (ours)
                await Command.RunAsync(["chmod", "755", ServicePolicy], cancellationToken: cancellationToken);
            string[] install = ["install", "-y", "--no-install-recommends", .. packages];
            var first = await AptAsync(install, cancellationToken);
            if (first.Succeeded)
                return;
            // Lists that are too old name package files that are gone.
            await UpdateAsync(cancellationToken);
            (await AptAsync(install, cancellationToken)).OrFail();
        }
        finally
        {
            if (ours)
                File.Delete(ServicePolicy);
        }
    }

    private static Task<CommandResult> AptAsync(string[] arguments, CancellationToken cancellationToken) =>
        Command.RunAsync(
            ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", .. arguments],
            timeout: InstallLimit,
            cancellationToken: cancellationToken);
}
