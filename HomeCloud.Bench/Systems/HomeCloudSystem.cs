using System.Net;

namespace HomeCloud.Bench.Systems;

/// <summary>Ours, as it is shipped: <c>homecloud-dns</c> published as one native program, with everything on that is on by default.</summary>
internal sealed class HomeCloudSystem(string program, string name = HomeCloudSystem.SystemName, params string[] more) : ISystem
{
    public const string SystemName = "homecloud";

    /// <summary>An earlier build of ours, measured beside this one.</summary>
    public const string EarlierName = "earlier";

    public string Name => name;

    public string Program => program;

    public string VersionArgument => "--version";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream)
    {
        List<string> arguments = ["--listen", listen.ToString(), "--udp-workers", "1", "--data-dir", directory, "--log-level", "warning", "--cookies", "on", "--rate-limit", "1000000", "--rate-burst", "1000000", .. more.Contains("--dnssec") ? (string[])[] : ["--dnssec", "off"], .. more];
        if (names is not null)
            arguments.AddRange(["--hosts-file", Path.Combine(names, ZoneFiles.HostsFile)]);
        arguments.AddRange(["--upstream", (upstream ?? new IPEndPoint(IPAddress.Loopback, 9)).ToString()]);
        return new SystemCommand(program, arguments);
    }
}
