using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Agent.Lan;

/// <summary>One network interface of this machine.</summary>
/// <param name="Name">For instance <c>enp1s0</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsUp">Switched on by the administrator.</param>
/// <param name="HasCarrier">A cable with a live device at its other end.</param>
/// <param name="Bridge">The bridge that it is a port of, or null.</param>
/// <param name="Addresses">Its own addresses with their prefix lengths.</param>
public sealed record LanInterface(
    string Name,
    LanInterfaceKind Kind,
    bool IsUp,
    bool HasCarrier,
    string? Bridge,
    IReadOnlyList<(IPAddress Address, int PrefixLength)> Addresses)
{
    /// <summary>The kernel's number of it; 0 when unknown.</summary>
    public int Index { get; init; }

    /// <summary>Number of the other end of a veth, or of the parent of a macvlan; its own for others.</summary>
    public int LinkIndex { get; init; }

    /// <summary>Its first IPv4 address with prefix length.</summary>
    public (IPAddress Address, int PrefixLength)? IPv4 =>
        Addresses.Where(address => address.Address.AddressFamily == AddressFamily.InterNetwork).Select(address => ((IPAddress, int)?)address).FirstOrDefault();

    public bool Has(IPAddress address) => Addresses.Any(own => own.Address.Equals(address));

    public static LanInterface? Find(IEnumerable<LanInterface> interfaces, string name) => interfaces.FirstOrDefault(found => found.Name == name);
}

/// <summary>What a network interface is, as far as it matters for macvlan.</summary>
public enum LanInterfaceKind
{
    Wired,
    Wireless,
    Bridge,
    Veth,
    Macvlan,
    Loopback,

    /// <summary>VLAN, bond, tunnel, dummy and the like.</summary>
    Other,
}
