using HomeCloud.Agent.Lan;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>Chooses the macvlan parent, or says why there is none.</summary>
internal static class ParentChoice
{
    /// <param name="facts">This machine.</param>
    /// <param name="wanted">A name that a person gave, or null.</param>
    /// <param name="reasons">Gets a sentence on the choice.</param>
    public static (LanInterface? Parent, NetworkRefusal? Refusal) Choose(LanFacts facts, string? wanted, List<string> reasons)
    {
        var lan = facts.DefaultRoute is { } route ? LanInterface.Find(facts.Interfaces, route.Interface) : null;
        var candidate = wanted is null ? lan : LanInterface.Find(facts.Interfaces, wanted);
        if (candidate is null)
        {
            return (null, wanted is null
                ? new NetworkRefusal("this machine has no default route, so its LAN is not known.", "Connect it to the LAN, or set the interface:  --parent NAME")
                : new NetworkRefusal($"there is no interface '{wanted}'.", "Interfaces: " + string.Join(", ", facts.Interfaces.Select(found => found.Name))));
        }

        if (Objection(candidate) is { } refusal)
            return (null, refusal);
        if (wanted is not null)
        {
            reasons.Add($"parent {candidate.Name}, as requested");
            return (candidate, null);
        }

        if (candidate.Kind == LanInterfaceKind.Bridge && FreeEnd(facts.Interfaces, candidate.Name) is { } end)
        {
            reasons.Add($"parent {end.Name}: the free end of a veth pair into {candidate.Name}, so this machine and its containers reach each other");
            return (end, null);
        }

        reasons.Add($"parent {candidate.Name}: it has this machine's address, so this machine and its containers cannot reach each other (other machines are not affected); netplan-example/bridge shows the fix");
        return (candidate, null);
    }

    private static NetworkRefusal? Objection(LanInterface candidate) => candidate switch
    {
        { Kind: LanInterfaceKind.Wireless } => new(
            $"'{candidate.Name}' is Wi-Fi. An access point accepts one MAC address per station, and each container has its own, so none would get an answer.",
            "Connect this server by cable, or publish ports on the server's own address: docker run -p"),
        { Bridge: { } bridge } => new(
            $"'{candidate.Name}' is a port of the bridge '{bridge}', which takes all its frames, so containers on it would get none.",
            $"Use the bridge:  --parent {bridge}   or the free end of a veth pair plugged into it (netplan-example/bridge)"),
        { Kind: LanInterfaceKind.Loopback } => new($"'{candidate.Name}' is the loopback interface.", "Set the interface on the LAN:  --parent NAME"),
        { Kind: LanInterfaceKind.Macvlan } => new($"'{candidate.Name}' is itself a macvlan interface.", "Set its parent:  --parent NAME"),
        { IsUp: false } => new($"'{candidate.Name}' is down.", $"sudo ip link set {candidate.Name} up"),
        _ => null,
    };

    /// <summary>A veth that is in no bridge and has no address, whose other end is a port of the bridge.</summary>
    private static LanInterface? FreeEnd(IReadOnlyList<LanInterface> interfaces, string bridge) => interfaces.FirstOrDefault(end =>
        end is { Kind: LanInterfaceKind.Veth, IsUp: true, Bridge: null, IPv4: null }
        && interfaces.Any(other => other.Bridge == bridge && other.Index != 0 && other.Index == end.LinkIndex));
}
