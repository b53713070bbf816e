using System.Net;

namespace HomeCloud.Agent.Servers;

/// <summary>How servers are made and kept.</summary>
public sealed class ServersOptions
{
    /// <summary>Where reservations, history, templates and keys are kept.</summary>
    public string DataDirectory { get; set; } = "/var/lib/homecloud";

    /// <summary>The zone people use; what <c>{{fqdn}}</c> and the page show.</summary>
    public string Zone { get; set; } = "home";

    /// <summary>Owner of this machine's names in the registry.</summary>
    public string AgentId { get; set; } = string.Empty;

    /// <summary>The Docker network for new servers; empty to take the only macvlan or ipvlan network there is.</summary>
    public string Network { get; set; } = string.Empty;

    /// <summary>Folders of the machine may be mounted from below here only; empty for none at all.</summary>
    public string MountRoot { get; set; } = string.Empty;

    /// <summary>The engine is reached over a network, so its machine's folders cannot be looked at from here.</summary>
    public bool EngineIsRemote { get; set; }

    public bool AllowPrivileged { get; set; }

    /// <summary>DNS servers that must know a new name before it counts as ready; empty to pass over that step.</summary>
    public IList<IPEndPoint> DnsServers { get; } = [];

    /// <summary>How long the name may take to resolve.</summary>
    public TimeSpan NameTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether to ask the LAN if anybody answers for an address before giving it away.</summary>
    public bool ProbeAddresses { get; set; } = true;
}
