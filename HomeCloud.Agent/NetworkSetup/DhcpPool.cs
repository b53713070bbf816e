using System.Net;
using HomeCloud.Agent.Lan;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>The addresses that a router probably hands out: DHCP does not tell, so it is guessed from samples and from what routers do by default.</summary>
/// <param name="First">Lowest.</param>
/// <param name="Last">Highest.</param>
/// <param name="Source">For a person: how this was found.</param>
internal sealed record DhcpPool(uint First, uint Last, string Source)
{
    private const uint OpenWrtFirst = 100;
    private const uint OpenWrtLast = 249;
    private const uint FritzFirst = 20;
    private const uint FritzLast = 200;
    private const uint Margin = 16;

    public static DhcpPool Guess(IPNetwork subnet, IReadOnlyList<DhcpOffer> offers)
    {
        var start = subnet.First();
        if (offers.Count == 0)
            return new DhcpPool(start + OpenWrtFirst, start + OpenWrtLast, "no DHCP server answered; assuming .100 to .249, OpenWrt's default");
        var addresses = offers.Select(offer => offer.Address.ToNumber()).Where(address => subnet.Contains(address.ToAddress())).Order().ToList();
        if (addresses.Count == 0)
            return new DhcpPool(start, start, "the DHCP server hands out another network");
        if (offers.Any(offer => offer.SearchName == "fritz.box"))
            return new DhcpPool(Math.Min(start + FritzFirst, addresses[0]), Math.Max(start + FritzLast, addresses[^1]), "a FRITZ!Box, .20 to .200 by default");
        if (addresses[0] >= start + OpenWrtFirst && addresses[^1] <= start + OpenWrtLast)
            return new DhcpPool(start + OpenWrtFirst, start + OpenWrtLast, $"the router offered {addresses[0].ToAddress()} to {addresses[^1].ToAddress()}; assuming .100 to .249");
        return new DhcpPool(Math.Max(start, addresses[0] - Margin), Math.Min(subnet.Last(), addresses[^1] + Margin), $"the router offered {addresses[0].ToAddress()} to {addresses[^1].ToAddress()}");
    }

    public bool Contains(uint address) => First <= address && address <= Last;
}
