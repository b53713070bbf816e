namespace HomeCloud.Agent.Lan;

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
