using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Docker.DotNet.Models;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Naming;

/// <summary>One network, as naming and the choice of addresses know it.</summary>
/// <param name="Name">Unique within an engine, save for a race of two creations.</param>
/// <param name="Id">The engine's id.</param>
/// <param name="Driver"><c>macvlan</c>, <c>ipvlan</c>, <c>bridge</c>, …</param>
/// <param name="OnLan">Whether machines on the LAN reach its containers without any further setup.</param>
/// <param name="Internal">Cut off from everything by its creator.</param>
public sealed record NetworkFacts(string Name, string Id, string Driver, bool OnLan, bool Internal)
{
    /// <summary>The interface that a macvlan or ipvlan network is bridged to; null when the engine does not say.</summary>
    public string? Parent { get; init; }

    /// <summary>Its address ranges.</summary>
    public ImmutableArray<IPNetwork> Subnets { get; init; } = [];

    /// <summary>The IPv4 addresses that the engine may hand out (<c>--ip-range</c>), or the subnet; null on a network of IPv6 only.</summary>
    public IPNetwork? Range { get; init; }

    /// <summary>IPv4 addresses of the gateway and of others that are not the engine's (<c>--aux-address</c>).</summary>
    public ImmutableArray<IPAddress> Taken { get; init; } = [];

    /// <summary>It would be on the LAN, had the engine no network namespace of its own.</summary>
    public bool IsRootless { get; init; }

    /// <summary>False for a network of a Swarm that only its services may join.</summary>
    public bool TakesContainers { get; init; } = true;

    /// <summary>The IPv4 prefix; null on a network of IPv6 only.</summary>
    public IPNetwork? Subnet => First(AddressFamily.InterNetwork);

    /// <summary>The IPv6 prefix; null on a network of IPv4 only.</summary>
    public IPNetwork? Subnet6 => First(AddressFamily.InterNetworkV6);

    /// <summary>Whether containers have link-layer addresses of their own.</summary>
    public bool HasMac => Driver == "macvlan";

    /// <summary>Whether machines on the LAN reach <paramref name="address"/> because it is in this network.</summary>
    public bool HasOnLan(IPAddress address) => OnLan && Subnets.Any(subnet => subnet.Contains(address));

    /// <param name="network">As the engine describes it.</param>
    /// <param name="tellsParent">False for Podman, which does not report a macvlan's parent here.</param>
    /// <param name="isRootless">The engine runs without root, in a network namespace of its own, where no parent leads to the LAN.</param>
    public static NetworkFacts? Read(NetworkResponse network, bool tellsParent, bool isRootless = false)
    {
        if (network is not { Name.Length: > 0, ID.Length: > 0 })
            return null;
        var driver = network.Driver ?? "";
        var reaches = !network.Internal && Reaches(network, driver, tellsParent);
        var pools = (network.IPAM?.Config ?? []).Where(pool => pool is not null).Select(pool => (Pool: pool, Subnet: Prefix(pool.Subnet))).Where(pool => pool.Subnet is not null).ToArray();
        var (pool4, subnet4) = pools.FirstOrDefault(pool => pool.Subnet!.Value.BaseAddress.AddressFamily == AddressFamily.InterNetwork);
        return new NetworkFacts(network.Name, network.ID, driver, reaches && !isRootless, network.Internal)
        {
            Subnets = [.. pools.Select(pool => pool.Subnet!.Value)],
            Range = Prefix(pool4?.IPRange) ?? subnet4,
            Taken = [.. (pool4?.AuxAddress?.Values ?? []).Append(pool4?.Gateway).Select(text => AddressText.TryParse(text, out var address) ? address : null).OfType<IPAddress>()],
            Parent = Option(network, "parent"),
            IsRootless = reaches && isRootless,
            TakesContainers = network.Scope != "swarm" || network.Attachable,
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

    private IPNetwork? First(AddressFamily family) => Subnets.Cast<IPNetwork?>().FirstOrDefault(subnet => subnet!.Value.BaseAddress.AddressFamily == family);

    /// <summary>An <c>--ip-range</c> may have bits set beyond its prefix, which <see cref="IPNetwork"/> refuses.</summary>
    private static IPNetwork? Prefix(string? text)
    {
        if (text?.Split('/') is not [var address, var prefix]
            || !AddressText.TryParse(address, out var parsed)
            || !byte.TryParse(prefix, out var length)
            || length > (parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            return null;
        }

        var bytes = parsed.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
