using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.HostsFile.HostsFileOptions>;

namespace HomeCloud.Dns.HostsFile;

/// <summary>Files with static names, in the format of /etc/hosts, and files with those that devices have from a DHCP server.</summary>
public sealed class HostsFileOptions
{
    /// <summary><c>--hosts-file</c>: read at start and again whenever one changes.</summary>
    public IList<string> Paths { get; set; } = [];

    /// <summary><c>--lease-file</c>: the same for the leases of dnsmasq. One that is not there yet is waited for.</summary>
    public IList<string> LeasePaths { get; set; } = [];

    /// <summary>TTL of their records in seconds, 0 to 86400.</summary>
    public int Ttl { get; set; } = 60;

    /// <summary>How often the files are looked at besides waiting for change events, which network file systems do not send.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    public static OptionRow<HostsFileOptions>[] Rows =>
    [
        List("hosts-file", "FILE", "Static names in the format of /etc/hosts; reloaded when the file changes.", o => o.Paths, 'H'),
        List("lease-file", "FILE", "Names of devices from the lease file of dnsmasq (OpenWrt: /tmp/dhcp.leases); reloaded when the file changes.", o => o.LeasePaths),
        Number("hosts-ttl", "SECONDS", "TTL of the names in hosts files and lease files. Default: 60.", (o, v) => o.Ttl = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var path in Paths)
        {
            if (Problem(path) is { } problem)
                yield return $"--hosts-file '{path}' {problem}";
        }

        if (Ttl is < 0 or > 86_400)
            yield return $"--hosts-ttl {Ttl} is out of range: choose 0 to 86400 seconds";
    }

    private static string? Problem(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "does not exist: create it (lines of ADDRESS NAME…), or correct the path";
        }
        catch (UnauthorizedAccessException)
        {
            return Directory.Exists(path)
                ? "is a directory: set a file in the format of /etc/hosts"
                : $"cannot be read by user '{Environment.UserName}': make it readable (chmod a+r), or run as a user that can read it";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            return $"cannot be read: {exception.Message}";
        }
    }
}
