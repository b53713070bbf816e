using System.Collections.Immutable;
using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Naming;

/// <summary>What naming needs to know of one network.</summary>
/// <param name="Name">Unique within an engine, save for a race of two creations.</param>
/// <param name="Id">The engine's id.</param>
/// <param name="Driver"><c>macvlan</c>, <c>ipvlan</c>, <c>bridge</c>, …</param>
/// <param name="OnLan">Whether machines on the LAN reach its containers without any further setup.</param>
/// <param name="Internal">Cut off from everything by its creator.</param>
public sealed record NetworkFacts(string Name, string Id, string Driver, bool OnLan, bool Internal)
{
    /// <summary>Its address ranges.</summary>
    public ImmutableArray<IPNetwork> Subnets { get; init; } = [];

    /// <summary>Whether machines on the LAN reach <paramref name="address"/> because it is in this network.</summary>
    public bool HasOnLan(IPAddress address) => OnLan && Subnets.Any(subnet => subnet.Contains(address));

    /// <param name="network">As the engine describes it.</param>
    /// <param name="tellsParent">False for Podman, which does not report a macvlan's parent here.</param>
    public static NetworkFacts? Read(NetworkResponse network, bool tellsParent)
    {
        if (network is not { Name.Length: > 0, ID.Length: > 0 })
            return null;
        var driver = network.Driver ?? "";
        return new NetworkFacts(network.Name, network.ID, driver, !network.Internal && Reaches(network, driver, tellsParent), network.Internal)
        {
            Subnets = [.. (network.IPAM?.Config ?? []).SelectMany(config => AddressText.TryParseNetwork(config?.Subnet, out var subnet) ? [subnet] : Array.Empty<IPNetwork>())],
        };
    }

    /// <summary>ipvlan l3 and l3s answer no ARP: only a static route on the router makes them reachable.</summary>
    public static bool IsRouted(NetworkResponse network) => network.Driver == "ipvlan" && Option(network, "ipvlan_mode") is ("l3" or "l3s");

    /// <summary>A driver option; null when it is not set.</summary>
    public static string? Option(NetworkResponse network, string name) => network.Options?.TryGetValue(name, out var value) == true ? value : null;

    private static bool Reaches(NetworkResponse network, string driver, bool tellsParent)
    {
        if (driver is not ("macvlan" or "ipvlan"))
            return false;

        // Without a parent the engine makes a dummy device for it: neighbours only. A network made from a
        // config-only one has its parent there.
        var parent = Option(network, "parent");
        if (tellsParent && string.IsNullOrEmpty(parent) && string.IsNullOrEmpty(network.ConfigFrom?.Network))
            return false;

        return !IsRouted(network);
    }
}
