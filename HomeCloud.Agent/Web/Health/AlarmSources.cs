using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Net.Localization;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Web.Health;

/// <summary>What the agent knows of its home without the doctor: of each part it asks what that part knows already.</summary>
public sealed class AlarmSources(IRegistry registry, AddressConflicts conflicts, ServersOptions servers, DnsServerWatch dns, AgentStatusSource? agent = null)
{
    private const long LeastSpace = 100L << 20;
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(20);

    /// <summary>Each running server is asked for on the LAN.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(5);

    public IReadOnlyList<AlarmSource> All { get; } =
    [
        new("dns-servers", "DNS servers", Often, dns.SilentAsync) { Ended = dns.Heard },
        new("upstreams", "Upstream DNS servers", Often, _ => Task.FromResult(dns.WithoutUpstreams)) { Ended = dns.HasUpstreams },
        new("redis", "Registry", Often, _ => Task.FromResult(One(registry.Health.Connected ? agent?.Current.RegistryProblem : registry.Health.Detail))),
        new("engine", "Docker", Often, _ => Task.FromResult(One(agent?.Current.EngineProblem))),
        new("disk", "Disk", Often, _ => Task.FromResult(One(Disk(servers.DataDirectory)))),
        new("conflict", "Addresses", Seldom, async cancellationToken => One(await conflicts.FindAsync(cancellationToken))),
    ];

    private static IReadOnlyList<Trouble> One(Phrase? text) => text is null ? [] : [new Trouble("", text)];

    private static Phrase? Disk(string directory)
    {
        try
        {
            var left = new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
            return left < LeastSpace ? (Phrase)$"The disk of {directory} has {left >> 20} MiB left." : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
