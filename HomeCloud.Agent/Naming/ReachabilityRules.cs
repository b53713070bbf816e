using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Agent.Naming;

/// <summary>Decides which address of a container is published. Never one that the LAN cannot reach.</summary>
internal sealed class ReachabilityRules(EngineFacts engine, NamingOptions options, IReadOnlyDictionary<string, ContainerFacts> containers)
{
    private const string JoinPrefix = "container:";

    /// <summary>Whoever shows an explanation puts the time since <see cref="Registry.NameRecord.Since"/> there.</summary>
    private const string Ago = " {ago}";

    /// <summary>Depth of <c>container:ID</c> network modes that is followed; engines allow one.</summary>
    private const int MaximumJoins = 3;

    public Reachability Of(ContainerFacts container) => Of(container, MaximumJoins);

    private Reachability Of(ContainerFacts container, int joins)
    {
        if (Down(container) is { } down)
            return Reachability.None(down);
        if (options.HealthyOnly && container.Health is ContainerHealthState.Starting or ContainerHealthState.Unhealthy)
            return Reachability.None($"container {container.Name} is not healthy ({(container.Health == ContainerHealthState.Starting ? "health check is starting" : "health check fails")})");
        if (container.NetworkMode == "host")
        {
            return engine.HostAddresses.IsEmpty
                ? Reachability.None($"container {container.Name} uses the host's network, whose LAN address is not known (set --host-address)")
                : new Reachability(engine.HostAddresses, "host", Shared: true);
        }

        if (container.NetworkMode.StartsWith(JoinPrefix, StringComparison.Ordinal) && joins > 0)
        {
            if (!containers.TryGetValue(container.NetworkMode[JoinPrefix.Length..], out var other))
                return Reachability.None($"container {container.Name} uses the network of a container that no longer exists");
            return IsLeftBehind(container, other)
                ? Reachability.None($"container {container.Name} lost its network when {other.Name} restarted; restart {container.Name} too")
                : Joined(Of(other, joins - 1));
        }

        return OnLan(container) ?? OnHost(container) ?? Reachability.None(NotOnLan(container));
    }

    /// <summary>A start makes a new network namespace; who joined the one before stays in that, which has no interface any more.</summary>
    private static bool IsLeftBehind(ContainerFacts container, ContainerFacts other) =>
        container is { IsInspected: true, StartedAt: { } joined } && other is { IsInspected: true, StartedAt: { } started } && joined < started;

    /// <summary>How long ago the other one stopped cannot be told: DNS counts from the time of this container.</summary>
    private static Reachability Joined(Reachability other) => other with
    {
        Shared = true,
        Endpoint = null,
        Explanation = other.Explanation?.Replace(Ago, "", StringComparison.Ordinal),
    };

    private static string? Down(ContainerFacts container) => container.Life switch
    {
        ContainerLife.Created => $"container {container.Name} was created but never started",
        ContainerLife.Restarting => $"container {container.Name} is restarting (exit code {container.ExitCode})",
        ContainerLife.Exited => $"container {container.Name} stopped{(container.Since > DateTimeOffset.UnixEpoch ? Ago : "")} (exit code {container.ExitCode}{(container.OutOfMemory ? ", out of memory" : "")})",
        ContainerLife.Dead => $"container {container.Name} is dead (exit code {container.ExitCode})",
        _ => null,
    };

    private Reachability? OnLan(ContainerFacts container)
    {
        var wanted = ClaimReader.List(container.Label(HomeCloudLabels.Network));
        var candidates = container.Endpoints
            .Select(endpoint => (Endpoint: endpoint, Rank: Rank(container, endpoint, wanted)))
            .Where(candidate => candidate.Rank is not null)
            .OrderBy(candidate => candidate.Rank)
            .ThenByDescending(candidate => candidate.Endpoint.GatewayPriority)
            .ThenBy(candidate => engine.Networks.GetValueOrDefault(candidate.Endpoint.NetworkId) is { Driver: "macvlan" } ? 0 : 1)
            .ThenBy(candidate => candidate.Endpoint.Network, StringComparer.Ordinal)
            .Select(candidate => candidate.Endpoint)
            .ToArray();
        if (candidates.FirstOrDefault(endpoint => !endpoint.Addresses.IsEmpty) is { } chosen)
            return new Reachability(chosen.Addresses, chosen.Network, chosen);
        if (candidates.Length > 0)
            return Reachability.None($"container {container.Name} has no address on network '{candidates[0].Network}' yet");
        return wanted.Count > 0
            ? Reachability.None($"container {container.Name} is not on network '{wanted[0]}', which its label {HomeCloudLabels.Network} sets, or that network is internal")
            : null;
    }

    /// <returns>Lower is better; null: not published.</returns>
    private int? Rank(ContainerFacts container, EndpointFacts endpoint, IReadOnlyList<string> wanted)
    {
        var network = engine.Networks.GetValueOrDefault(endpoint.NetworkId);
        if (network is { Internal: true })
            return null;
        if (wanted.Count > 0)
            return Position(wanted, name => name == endpoint.Network || IsComposeNameOf(container, name, endpoint.Network));
        if (options.Networks.Count > 0)
            return Position(options.Networks, name => name == endpoint.Network || name == endpoint.NetworkId);
        return network is { OnLan: true } ? 0 : null;
    }

    /// <summary>Compose calls the network <c>lan</c> of project <c>shop</c> <c>shop_lan</c>.</summary>
    private static bool IsComposeNameOf(ContainerFacts container, string name, string network) =>
        container.Label(HomeCloudLabels.ComposeProject) is { Length: > 0 } project && network == $"{project}_{name}";

    private static int? Position(IEnumerable<string> names, Func<string, bool> matches)
    {
        var position = 0;
        foreach (var name in names)
        {
            if (matches(name))
                return position;
            position++;
        }

        return null;
    }

    private Reachability? OnHost(ContainerFacts container)
    {
        if (!options.PublishHostPorts || container.Published.IsEmpty)
            return null;
        var addresses = container.Published
            .SelectMany(port => port.IsForAll ? engine.HostAddresses.Where(address => Serves(port, address)) : [port.Address])
            .Where(IsHostOnLan)
            .Distinct()
            .OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6)
            .ToImmutableArray();
        return addresses.IsEmpty
            ? Reachability.None(engine.HostAddresses.IsEmpty
                ? $"container {container.Name} publishes ports on the host, whose LAN address is not known (set --host-address)"
                : $"container {container.Name} publishes no port on an address of the host that the LAN reaches")
            : new Reachability(addresses, "host", Shared: true);
    }

    // A port may be bound to loopback, a bridge's gateway or a VPN's address, which the LAN does not reach.
    private bool IsHostOnLan(IPAddress address) =>
        engine.HostAddresses.Contains(address) || engine.Networks.Values.Any(network => network.HasOnLan(address));

    private static bool Serves(PublishedPort port, IPAddress address) => port.Address.AddressFamily == address.AddressFamily;

    private string NotOnLan(ContainerFacts container)
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
