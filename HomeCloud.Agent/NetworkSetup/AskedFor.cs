using System.Net;
using HomeCloud.Agent.Lan;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>Checks the range and the DNS address that a person chose against the LAN: subnet, router, this machine, DHCP, and who answers.</summary>
internal static class AskedFor
{
    /// <returns>Why a choice would collide, or null.</returns>
    public static NetworkRefusal? Check(NetworkRequest request, LanFacts facts, IPNetwork subnet, DhcpPool pool, IPAddress own, IPAddress gateway)
    {
        // Without an offer the pool is only a guess, which a person may know better.
        var isKnown = facts.Offers.Count > 0;
        if (request.Range is { } range)
        {
            if (range.PrefixLength < subnet.PrefixLength || !subnet.Contains(range.BaseAddress))
                return Range(range, $"is not inside the LAN {subnet}");
            if (range.Contains(gateway))
                return Range(range, $"contains the router {gateway}");
            if (range.Contains(own))
                return Range(range, $"contains this machine's address {own}");
            if (isKnown && range.First() <= pool.Last && pool.First <= range.Last())
                return Range(range, $"overlaps the router's DHCP pool ({pool.Source})");
        }

        if (request.Dns is not { } dns)
            return null;
        if (!subnet.Contains(dns) || dns.ToNumber() == subnet.First() || dns.ToNumber() == subnet.Last())
            return Dns(dns, $"is not an address of the LAN {subnet}");
        if (dns.Equals(gateway))
            return Dns(dns, "is the router");
        if (dns.Equals(own))
            return Dns(dns, "is this machine's own address");
        if (request.Range?.Contains(dns) == true)
            return Dns(dns, $"is inside the range {request.Range}, so Docker could give it to a container");
        if (isKnown && pool.Contains(dns.ToNumber()))
            return Dns(dns, $"is inside the router's DHCP pool ({pool.Source})");
        // Once the network is there, it is our own server that answers.
        return facts.Answering.Contains(dns) && !request.Exists ? Dns(dns, "is in use: another machine answers") : null;
    }

    private static NetworkRefusal Range(IPNetwork range, string reason) => new($"--range {range} {reason}.", "Set another range, or remove the option: a free one is then chosen.");

    private static NetworkRefusal Dns(IPAddress dns, string reason) => new($"--dns {dns} {reason}.", "Set another address, or remove the option: a free one is then chosen.");
}
