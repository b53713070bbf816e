using System.Net;
using HomeCloud.Agent.Lan;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>
/// Facts of the LAN → a network that collides with nobody, or the reason why there can be none. A pure function: an eighth of
/// the subnet for containers, outside the router's DHCP pool and where nobody answers, and three fixed addresses beside it.
/// </summary>
public static class NetworkPlanner
{
    private const int SmallestSubnet = 28;
    private const int SmallestRange = 29;
    private const int RangeIsOneIn = 3; // bits: an eighth

    /// <summary>Easy to remember: DNS is port 53.</summary>
    private static readonly uint[] PreferredFixed = [53, 54, 55];

    public static (NetworkProposal? Proposal, NetworkRefusal? Refusal) Plan(LanFacts facts, NetworkRequest request)
    {
        List<string> reasons = [];
        var (parent, refusal) = ParentChoice.Choose(facts, request.Parent, reasons);
        if (parent is null)
            return (null, refusal);
        if (facts.DefaultRoute is not { } route || LanInterface.Find(facts.Interfaces, route.Interface)?.IPv4 is not { } own)
            return (null, new NetworkRefusal("this machine has no IPv4 address on its LAN.", "Configure one first, for example by DHCP."));

        var subnet = IPv4Arithmetic.NetworkOf(own.Address, own.PrefixLength);
        if (subnet.PrefixLength > SmallestSubnet)
            return (null, new NetworkRefusal($"the LAN {subnet} is too small for containers.", "Set a larger network on the router (example: 192.168.1.0/24)."));
        reasons.Add($"subnet {subnet} and gateway {route.Gateway}: those of this LAN");

        var pool = DhcpPool.Guess(subnet, facts.Offers);
        if (AskedFor.Check(request, facts, subnet, pool, own.Address, route.Gateway) is { } collision)
            return (null, collision);
        bool Taken(uint address) => facts.Answering.Contains(address.ToAddress()) || address == own.Address.ToNumber() || address == route.Gateway.ToNumber();
        if ((request.Range ?? FindRange(subnet, pool, Taken)) is not { } range)
            return (null, new NetworkRefusal($"no part of {subnet} is free of the router's DHCP pool ({pool.Source}) and of other machines.", "Shrink the router's DHCP pool, or set a range:  --range 192.168.1.64/27"));
        reasons.Add($"range {range}: outside the router's DHCP pool ({pool.Source}), and no machine answers there");

        var free = FixedAddresses(subnet, range, pool, Taken).Take(PreferredFixed.Length).ToList();
        if (request.Dns is { } dns)
            free.Insert(0, dns.ToNumber());
        if (free.Count < 2)
            return (null, new NetworkRefusal("there are no two free addresses left for HomeCloud itself.", "Shrink the router's DHCP pool."));
        reasons.Add($"{free[0].ToAddress()} for DNS and {free[1].ToAddress()} for the web page: fixed, and outside the range so that Docker gives them to no container");
        return (new NetworkProposal(request.Name, parent.Name, subnet, route.Gateway, range, free[0].ToAddress(), free[1].ToAddress(), free.Count > 2 ? free[2].ToAddress() : null, reasons), null);
    }

    /// <summary>Addresses worth probing for another machine: the whole of a home-sized network.</summary>
    public static IReadOnlyList<IPAddress> WorthAsking(IPNetwork subnet)
    {
        const uint Most = 1022;
        var last = Math.Min(subnet.Last() - 1, subnet.First() + Most);
        return [.. Enumerable.Range(1, (int)(last - subnet.First())).Select(offset => (subnet.First() + (uint)offset).ToAddress())];
    }

    private static IPNetwork? FindRange(IPNetwork subnet, DhcpPool pool, Func<uint, bool> taken)
    {
        for (var prefix = subnet.PrefixLength + RangeIsOneIn; prefix <= SmallestRange; prefix++)
        {
            var size = 1u << (32 - prefix);
            // From the third block on: people like to give fixed addresses at the bottom. The first and last hold the network's own.
            var blocks = Enumerable.Range(1, (int)((subnet.Last() - subnet.First() + 1) / size) - 2).OrderBy(block => block < 2 ? 1 : 0).ThenBy(block => block);
            foreach (var block in blocks)
            {
                var first = subnet.First() + ((uint)block * size);
                var overlaps = first <= pool.Last && pool.First <= first + size - 1;
                if (!overlaps && !Enumerable.Range(0, (int)size).Any(offset => taken(first + (uint)offset)))
                    return new IPNetwork(first.ToAddress(), prefix);
            }
        }

        return null;
    }

    private static IEnumerable<uint> FixedAddresses(IPNetwork subnet, IPNetwork range, DhcpPool pool, Func<uint, bool> taken)
    {
        var all = PreferredFixed.Select(offset => subnet.First() + offset)
            .Concat(Enumerable.Range(2, (int)Math.Min(1000, subnet.Last() - subnet.First()) - 3).Select(offset => subnet.First() + (uint)offset))
            .Distinct();
        return all.Where(address => address < subnet.Last() && !range.Contains(address.ToAddress()) && !pool.Contains(address) && !taken(address));
    }
}

/// <summary>What is known of this machine's LAN when a network is planned.</summary>
/// <param name="Interfaces">Of this machine.</param>
/// <param name="DefaultRoute">The router and the interface that leads to it.</param>
/// <param name="Offers">What DHCP would hand out.</param>
/// <param name="Answering">Addresses that a machine answers for.</param>
public sealed record LanFacts(
    IReadOnlyList<LanInterface> Interfaces,
    (IPAddress Gateway, string Interface)? DefaultRoute,
    IReadOnlyList<DhcpOffer> Offers,
    IReadOnlySet<IPAddress> Answering);

/// <param name="Reason">Why there can be no network here.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record NetworkRefusal(string Reason, string Fix);
