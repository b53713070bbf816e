using System.Net;
using HomeCloud.Net.Options;
using HomeCloud.Net.Stub;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Servers.ServersOptions>;

namespace HomeCloud.Agent.Servers;

/// <summary>How servers are made and kept.</summary>
public sealed class ServersOptions
{
    /// <summary>Where reservations, history, templates and keys are kept.</summary>
    public string DataDirectory { get; set; } = "/var/lib/homecloud";

    /// <summary>The zone people use; what <c>{{fqdn}}</c> and the page show.</summary>
    public string Zone { get; set; } = "home";

    /// <summary>Owner of this machine's names in the registry.</summary>
    public string AgentId { get; set; } = "";

    /// <summary>The Docker network for new servers; empty to take the only macvlan or ipvlan network there is.</summary>
    public string Network { get; set; } = "";

    /// <summary>Folders of the machine may be mounted from below here only; empty for none at all.</summary>
    public string MountRoot { get; set; } = "";

    /// <summary>The engine is reached over a network, so its machine's folders cannot be looked at from here.</summary>
    public bool EngineIsRemote { get; set; }

    public bool AllowPrivileged { get; set; }

    /// <summary>DNS servers that must know a new name before it counts as ready; empty to pass over that step.</summary>
    public IList<IPEndPoint> DnsServers { get; } = [];

    /// <summary>How long the name may take to resolve.</summary>
    public TimeSpan NameTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether to ask the LAN if anybody answers for an address before giving it away.</summary>
    public bool ProbeAddresses { get; set; } = true;

    /// <summary>Whether registries are asked for newer images while a person looks at the page.</summary>
    public bool ImageNews { get; set; } = true;

    /// <summary>Whether CPU, memory and network of each server are kept for a week.</summary>
    public bool UsageHistory { get; set; } = true;

    public static OptionRow<ServersOptions>[] Rows =>
    [
        Text("server-network", "NAME", "Docker network for new servers. Default: the first --network, else the only one on the LAN.", (o, v) => o.Network = v),
        Text("mount-root", "FOLDER", "Folder of this machine below which servers may mount folders. Default: none.", (o, v) => o.MountRoot = v),
        Switch("allow-privileged", "Allow privileged servers, which control the whole machine. Default: off.", (o, v) => o.AllowPrivileged = v),
        Switch("address-probe", "Check on the LAN that an address is free before using it, and announce its new owner. Default: on.", (o, v) => o.ProbeAddresses = v),
        Switch("image-news", "While a person looks at the page, ask registries for newer images, once a day at most for each. Default: on.", (o, v) => o.ImageNews = v),
        Switch("usage-history", "Keep what each server uses of CPU, memory and network for a week, by one reading a minute. Default: on.", (o, v) => o.UsageHistory = v),
        EndPoints("ready-dns", "DNS servers that must answer a new name before it counts as ready. Default: that of this process.", StubClient.DnsPort, o => o.DnsServers),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Path.IsPathFullyQualified(DataDirectory))
            yield return $"--data-dir {DataDirectory}: set an absolute path (example: /var/lib/homecloud).";

        if (MountRoot.Length > 0 && (!Path.IsPathFullyQualified(MountRoot) || Path.GetFullPath(MountRoot) == "/"))
            yield return $"--mount-root {MountRoot}: set the absolute path of a folder created for this (example: /srv/homecloud); / would open the whole machine.";

        if (NameTimeout <= TimeSpan.Zero)
            yield return $"NameTimeout {NameTimeout}: set a time above zero.";
    }
}
