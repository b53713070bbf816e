using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Agent.Naming;

/// <summary>Decides which address of a container is published. Never one that the LAN cannot reach.</summary>
internal sealed class ReachabilityRules(EngineFacts engine, NamingOptions options, IReadOnlyDictionary<string, ContainerFacts> containers)
{
    /// <summary>Depth of <c>container:ID</c> network modes that is followed; engines allow one.</summary>
    private const int MaximumJoins = 3;

    public Reachability Of(ContainerFacts container) => Of(container, MaximumJoins);

    private Reachability Of(ContainerFacts container, int joins)
    {
        if (WhyNoAddress.IsDown(container) is { } down)
            return Reachability.None(down);
        if (options.HealthyOnly && container.Health is ContainerHealthState.Starting or ContainerHealthState.Unhealthy)
            return Reachability.None(WhyNoAddress.NotHealthy(container));
        if (container.NetworkMode == "host")
        {
            return engine.HostAddresses.IsEmpty
                ? Reachability.None(WhyNoAddress.HostUnknown(container))
                : new Reachability(engine.HostAddresses, "host", Shared: true);
        }

        if (container.JoinedTo is { } joined && joins > 0)
        {
            if (!containers.TryGetValue(joined, out var other))
                return Reachability.None(WhyNoAddress.JoinedIsGone(container));
            return IsLeftBehind(container, other)
                ? Reachability.None(WhyNoAddress.LeftBehind(container, other))
                : Joined(Of(other, joins - 1));
        }

        return OnLan(container) ?? OnHost(container) ?? Reachability.None(WhyNoAddress.NotOnLan(container, engine));
    }

    /// <summary>A start makes a new network namespace; who joined the one before stays in that, which has no interface any more.</summary>
    private static bool IsLeftBehind(ContainerFacts container, ContainerFacts other) =>
        container is { IsInspected: true, StartedAt: { } joined } && other is { IsInspected: true, StartedAt: { } started } && joined < started;

    /// <summary>How long ago the other one stopped cannot be told: DNS counts from the time of this container.</summary>
    private static Reachability Joined(Reachability other) => other with
    {
        Shared = true,
        Endpoint = null,
        Explanation = other.Explanation?.Replace(WhyNoAddress.Ago, "", StringComparison.Ordinal),
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
            // As Docker chooses the default route: among equals who has both families.
            .ThenByDescending(candidate => HasBothFamilies(candidate.Endpoint))
            .ThenBy(candidate => candidate.Endpoint.Network, StringComparer.Ordinal)
            .Select(candidate => candidate.Endpoint)
            .ToArray();
        if (candidates.FirstOrDefault(endpoint => !endpoint.Addresses.IsEmpty) is { } chosen)
            return new Reachability(chosen.Addresses, chosen.Network, chosen);
        if (candidates.Length > 0)
            return Reachability.None(WhyNoAddress.NotYet(container, candidates[0].Network));
        return wanted.Count > 0
            ? Reachability.None(WhyNoAddress.NotOnItsNetwork(container, wanted[0]))
            : null;
    }

    private static bool HasBothFamilies(EndpointFacts endpoint) => endpoint.Addresses.Select(address => address.AddressFamily).Distinct().Count() > 1;

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
            ? Reachability.None(engine.HostAddresses.IsEmpty ? WhyNoAddress.PublisherUnknown(container) : WhyNoAddress.NothingPublishedOnLan(container))
            : new Reachability(addresses, "host", Shared: true);
    }

    // A port may be bound to loopback, a bridge's gateway or a VPN's address, which the LAN does not reach.
    private bool IsHostOnLan(IPAddress address) =>
        engine.HostAddresses.Contains(address) || engine.Networks.Values.Any(network => network.HasOnLan(address));

    private static bool Serves(PublishedPort port, IPAddress address) => port.Address.AddressFamily == address.AddressFamily;
}

/// <summary>Under which addresses the LAN reaches a container, or why under none.</summary>
/// <param name="Addresses">Empty when there is an <paramref name="Explanation"/>.</param>
/// <param name="Network">Where the addresses are.</param>
/// <param name="Endpoint">The container's own place in that network, when it has one.</param>
/// <param name="Shared">The addresses are not the container's alone: the host's, or those of the container whose network it joined.</param>
/// <param name="Explanation">For a person; null when there are addresses.</param>
internal sealed record Reachability(
    ImmutableArray<IPAddress> Addresses, string Network = "", EndpointFacts? Endpoint = null, bool Shared = false, string? Explanation = null)
{
    public static Reachability None(string explanation) => new([], Explanation: explanation);
}
