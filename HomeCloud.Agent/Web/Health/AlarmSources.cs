using System.Globalization;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Registry;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Agent.Web.Health;

/// <summary>One thing that may break.</summary>
/// <param name="Id">As the doctor's check of the same thing, where there is one.</param>
/// <param name="Title">A few words.</param>
/// <param name="Every">How often it is worth looking.</param>
/// <param name="LookAsync">What is wrong, in a sentence; null while it is well.</param>
public sealed record AlarmSource(string Id, string Title, TimeSpan Every, Func<CancellationToken, Task<string?>> LookAsync);

/// <summary>What the agent knows of its home without the doctor: of each part it asks what that part knows already.</summary>
public sealed class AlarmSources(
    IRegistry registry, AddressConflicts conflicts, ServersOptions servers, AgentStatusSource? agent = null, IDnsJournal? dns = null)
{
    private const long LeastSpace = 100L << 20;
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(20);

    /// <summary>Each running server is asked for on the LAN.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(5);

    public IReadOnlyList<AlarmSource> All =>
    [
        new("upstreams", "Upstream DNS servers", Often, _ => Task.FromResult(Upstreams())),
        new("redis", "Registry", Often, _ => Task.FromResult(registry.Health.Connected ? agent?.Current.RegistryProblem : registry.Health.Detail)),
        new("engine", "Docker", Often, _ => Task.FromResult(agent?.Current.EngineProblem)),
        new("disk", "Disk", Often, _ => Task.FromResult(Disk())),
        new("conflict", "Addresses", Seldom, conflicts.FindAsync),
    ];

    private string? Upstreams() => dns?.Statistics().Upstreams is { Count: > 0 } all && all.All(upstream => !upstream.Healthy)
        ? $"No upstream server answers: {string.Join(", ", all.Select(upstream => upstream.Address))}. Names outside of the home fail."
        : null;

    private string? Disk()
    {
        try
        {
            var left = new DriveInfo(Path.GetFullPath(servers.DataDirectory)).AvailableFreeSpace;
            return left < LeastSpace ? string.Create(CultureInfo.InvariantCulture, $"The disk of {servers.DataDirectory} has {left >> 20} MiB left.") : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
