namespace HomeCloud.Dns.HostsFile;

/// <summary>Files with static names, in the format of /etc/hosts.</summary>
public sealed class HostsFileOptions
{
    /// <summary><c>--hosts-file</c>: read at start and again whenever one changes.</summary>
    public IList<string> Paths { get; set; } = [];

    /// <summary>TTL of their records in seconds, 0 to 86400.</summary>
    public int Ttl { get; set; } = 60;

    /// <summary>How often the files are looked at besides waiting for change events, which network file systems do not send.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);
}
