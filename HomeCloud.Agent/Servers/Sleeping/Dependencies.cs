using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>Which containers need which: what compose was told, and networks that are shared. Pure.</summary>
internal static class Dependencies
{
    /// <summary>What must run before <paramref name="container"/>.</summary>
    public static IEnumerable<ContainerFacts> Of(ContainerFacts container, IReadOnlyList<ContainerFacts> all) =>
        all.Where(other => other.Id != container.Id && Needs(container, other));

    /// <summary>One that runs and needs <paramref name="container"/>; null when there is none.</summary>
    public static ContainerFacts? Dependent(ContainerFacts container, IReadOnlyList<ContainerFacts> all) =>
        all.FirstOrDefault(other => other.Id != container.Id && other.IsRunning && other.Asleep is null && Needs(other, container));

    private static bool Needs(ContainerFacts container, ContainerFacts other) =>
        (container.JoinedTo is { } joined && (joined == other.Id || joined == other.Name))
        || (container.Compose is { } mine && other.Compose is { } theirs && mine.Project == theirs.Project && Services(container).Contains(theirs.Service, StringComparer.Ordinal));

    /// <summary><c>db:service_healthy:true,cache:service_started:false</c>.</summary>
    private static IEnumerable<string> Services(ContainerFacts container) =>
        (container.Label(HomeCloudLabels.ComposeDependsOn) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part => part.Split(':')[0]);
}
