namespace HomeCloud.Cli.Commands.Install;

/// <summary>Where things go.</summary>
/// <param name="Root"><c>/</c>, or a folder that stands for it: then nothing outside it is touched, no user is made, no service told.</param>
internal sealed record InstallPaths(string Root)
{
    public const string User = "homecloud";

    /// <summary>The DNS server's own user: the agent's may become root through Docker.</summary>
    public const string DnsUser = "homecloud-dns";

    public static IReadOnlyList<string> Users { get; } = [User, DnsUser];

    public static IReadOnlyList<string> ProgramNames { get; } = ["homecloud", "homecloud-agent", "homecloud-dns"];

    /// <summary>Where the Debian package puts the programs (install/deb).</summary>
    public const string OfThePackage = "/usr/lib/homecloud";

    public bool IsReal => Root == "/";

    public string Programs => In("opt/homecloud");

    /// <summary>Links to the programs, in the PATH of everybody and of sudo.</summary>
    public IReadOnlyList<string> Commands => [.. ProgramNames.Select(program => In("usr/local/bin/" + program))];

    public string Configuration => In("etc/homecloud");

    public string Units => In("etc/systemd/system");

    public string Data => In("var/lib/homecloud");

    /// <summary>Of the query log, when it is written to a file.</summary>
    public string Logs => In("var/log/homecloud");

    /// <summary>The control socket.</summary>
    public string Runtime => In("run/homecloud");

    /// <summary>Where the DNS server's failed starts are counted.</summary>
    public string DnsRuntime => In("run/homecloud-dns");

    /// <summary>The DNS server's own data and logs.</summary>
    public IReadOnlyList<string> DnsFolders => [In("var/lib/homecloud-dns"), In("var/log/homecloud-dns")];

    private string In(string path) => Path.Combine(Root, path);
}
