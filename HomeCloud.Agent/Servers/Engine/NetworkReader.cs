using System.Net;
using System.Net.Sockets;
using Docker.DotNet.Models;
using HomeCloud.Agent.Servers.Addresses;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>From a network's inspection to what choosing an address needs; null when it is not on the LAN.</summary>
internal static class NetworkReader
{
    public static LanNetwork? Read(NetworkResponse network)
    {
        if (network is not { Name: { } name, Driver: "macvlan" or "ipvlan" })
        {
            return null;
        }

        var configs = network.IPAM?.Config ?? [];
        var subnet6 = configs.Select(config => TryParse(config?.Subnet)).FirstOrDefault(subnet => subnet?.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6);
        foreach (var config in configs)
        {
            if (TryParse(config?.Subnet) is not { BaseAddress.AddressFamily: AddressFamily.InterNetwork } subnet)
            {
                continue;
            }

            var taken = (config!.AuxAddress?.Values ?? []).Append(config.Gateway)
                .Select(a => AddressText.TryParse(a, out var address) ? address : null).OfType<IPAddress>();
            return new LanNetwork(name, network.Driver, subnet, TryParse(config.IPRange) ?? subnet, [.. taken]) { Subnet6 = subnet6 };
        }

        return new LanNetwork(name, network.Driver, null, null, []) { Subnet6 = subnet6 };
    }

    private static IPNetwork? TryParse(string? text)
    {
        // An --ip-range may have bits set beyond its prefix, which IPNetwork refuses.
        if (text?.Split('/') is not [var address, var prefix]
            || !AddressText.TryParse(address, out var parsed)
            || !byte.TryParse(prefix, out var length)
            || length > (parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            return null;
        }

        var bytes = parsed.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }
}
