using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Servers.Addresses;

/// <summary>A Docker network whose containers sit on the LAN themselves, as far as choosing addresses needs it.</summary>
/// <param name="Name">Its name in Docker.</param>
/// <param name="Driver"><c>macvlan</c> or <c>ipvlan</c>.</param>
/// <param name="Subnet">The LAN's IPv4 prefix; null on a network of IPv6 only.</param>
/// <param name="Range">The part of <paramref name="Subnet"/> that Docker may hand out (<c>--ip-range</c>), or the subnet.</param>
/// <param name="Taken">Gateway and auxiliary addresses.</param>
public sealed record LanNetwork(string Name, string Driver, IPNetwork? Subnet, IPNetwork? Range, ImmutableArray<IPAddress> Taken)
{
    /// <summary>The LAN's IPv6 prefix; null on a network of IPv4 only.</summary>
    public IPNetwork? Subnet6 { get; init; }

    /// <summary>Whether containers have link-layer addresses of their own.</summary>
    public bool HasMac => Driver == "macvlan";
}
