namespace HomeCloud.Tests.Dns.Peers;

/// <summary>Debian's systemd-resolved, its package unpacked and not installed: the installation would take over the machine's own resolv.conf.</summary>
internal sealed class UnpackedResolved : IDisposable
{
    /// <summary>Lines of /etc/passwd and /etc/group for the account that it changes to.</summary>
    public const string User = "systemd-resolve:x:996:996::/:/usr/sbin/nologin";
    public const string Group = "systemd-resolve:x:996:";

    private readonly string _folder = Directory.CreateTempSubdirectory("resolved").FullName;

    private UnpackedResolved()
    {
    }

    /// <summary>The end of a shell script: becomes systemd-resolved.</summary>
    public string Start => $"export LD_LIBRARY_PATH=$(echo {_folder}/usr/lib/*/systemd); exec {_folder}/lib/systemd/systemd-resolved";

    public static async Task<UnpackedResolved> GetAsync()
    {
        var package = new UnpackedResolved();
        const string Download = "apt-get -q download systemd-resolved libsystemd-shared";
        await ClientProcess.RunAsync("sh", $"-c \"chmod 755 {package._folder} && cd {package._folder} && ({Download} || (apt-get -q update && {Download})) && for deb in *.deb; do dpkg-deb -x $deb . || exit 1; done\"");
        return package;
    }

    /// <summary>Starts it in a namespace, with a /run of its own.</summary>
    /// <param name="home">Where.</param>
    /// <param name="name">Of its script there.</param>
    /// <param name="settings">Lines of <c>[Resolve]</c>.</param>
    /// <param name="setUp">More lines of the script, before it starts.</param>
    public async Task StartAsync(ClientNamespace home, string name, string settings, string setUp = "")
    {
        await home.ReplaceAsync("passwd", $"{await File.ReadAllTextAsync("/etc/passwd")}{User}\n");
        await home.ReplaceAsync("group", $"{await File.ReadAllTextAsync("/etc/group")}{Group}\n");
        var script = Path.Combine(home.Folder, name);
        await File.WriteAllTextAsync(script, $"""
            set -e
            mount -t tmpfs tmpfs /run
            mkdir -p /run/systemd/resolved.conf.d
            cat > /run/systemd/resolved.conf.d/home.conf <<END
            [Resolve]
            DNS=127.0.0.1
            Domains=~.
            FallbackDNS=
            LLMNR=no
            MulticastDNS=no
            {settings}
            END
            {setUp}
            {Start}
            """);
        home.Start("sh", script);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
