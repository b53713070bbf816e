namespace HomeCloud.Agent.Naming;

/// <summary>The text with which DNS, page and doctor say why a name has no address: "container airplay stopped 3 min ago (exit code 137)".</summary>
internal static class WhyNoAddress
{
    /// <summary>Replaced, where the text is shown, by the time since <see cref="Registry.NameRecord.Since"/>.</summary>
    public const string Ago = " {ago}";

    /// <returns>Null when the container is up.</returns>
    public static string? IsDown(ContainerFacts container) => container.Life switch
    {
        _ when container.Asleep is not null => null,
        ContainerLife.Created => $"container {container.Name} was created but never started",
        ContainerLife.Restarting => $"container {container.Name} is restarting (exit code {container.ExitCode})",
        ContainerLife.Exited => $"container {container.Name} stopped{(container.Since > DateTimeOffset.UnixEpoch ? Ago : "")}{Exit(container)}",
        ContainerLife.Dead => $"container {container.Name} is dead (exit code {container.ExitCode})",
        _ => null,
    };

    private static string Exit(ContainerFacts container) => container.OutOfMemory
        ? $" (exit code {container.ExitCode}, out of memory)"
        : $" (exit code {container.ExitCode})";

    public static string NotHealthy(ContainerFacts container) =>
        $"container {container.Name} is not healthy ({(container.Health == ContainerHealthState.Starting ? "health check is starting" : "health check fails")})";

    public static string HostUnknown(ContainerFacts container) =>
        $"container {container.Name} uses the host's network, whose LAN address is not known (set --host-address)";

    public static string JoinedIsGone(ContainerFacts container) =>
        $"container {container.Name} uses the network of a container that no longer exists";

    public static string LeftBehind(ContainerFacts container, ContainerFacts other) =>
        $"container {container.Name} lost its network when {other.Name} restarted; restart {container.Name} too";

    public static string NotYet(ContainerFacts container, string network) =>
        $"container {container.Name} has no address on network '{network}' yet";

    public static string NotOnItsNetwork(ContainerFacts container, string network) =>
        $"container {container.Name} is not on network '{network}', which its label {HomeCloudLabels.Network} sets, or that network is internal";

    public static string PublisherUnknown(ContainerFacts container) =>
        $"container {container.Name} publishes ports on the host, whose LAN address is not known (set --host-address)";

    public static string NothingPublishedOnLan(ContainerFacts container) =>
        $"container {container.Name} publishes no port on an address of the host that the LAN reaches";

    public static string NotOnLan(ContainerFacts container, EngineFacts engine)
    {
        if (container.Endpoints.FirstOrDefault(endpoint => engine.Networks.GetValueOrDefault(endpoint.NetworkId) is { IsRootless: true }) is { } inside)
            return $"container {container.Name} is on network '{inside.Network}' of a rootless engine, which the LAN does not reach";
        var networks = container.Endpoints.Select(endpoint => $"'{endpoint.Network}'").ToArray();
        var ports = container.Published.IsEmpty
            ? ""
            : $"; on the host: {string.Join(", ", container.Published.Select(port => port.ToString()).Distinct())}";
        return (container.NetworkMode, networks.Length) switch
        {
            ("none", _) or (_, 0) => $"container {container.Name} has no network",
            (_, 1) => $"container {container.Name} is on network {networks[0]} only, not on the LAN{ports}",
            _ => $"container {container.Name} is on networks {string.Join(", ", networks)} only, none of them on the LAN{ports}",
        };
    }
}
