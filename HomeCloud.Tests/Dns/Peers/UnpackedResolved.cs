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

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
