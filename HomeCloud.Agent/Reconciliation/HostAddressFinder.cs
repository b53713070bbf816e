using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Finds the host's own addresses on the LAN: one of each family.</summary>
internal static class HostAddressFinder
{
    /// <summary>An address inside a LAN network's subnet, else the one that the default route uses. When the agent runs in a container, its own addresses are the container's, not the host's.</summary>
    /// <param name="networks">Docker's.</param>
    /// <param name="containers">Of this machine.</param>
    /// <param name="shared">Addresses that are on this machine today and on another tomorrow. The kernel lists the newest IPv6 address first, so that one would be found.</param>
    public static ImmutableArray<IPAddress> Find(IEnumerable<NetworkFacts> networks, IEnumerable<ContainerFacts> containers, IEnumerable<IPAddress> shared)
    {
        var taken = containers.SelectMany(container => container.Endpoints).SelectMany(endpoint => endpoint.Addresses).Concat(shared).ToHashSet();
        var local = Local().Where(address => !taken.Contains(address)).ToArray();
        var found = local.Where(address => networks.Any(network => network.HasOnLan(address))).ToList();
        if (found.Count == 0)
            found.AddRange(new[] { OutwardAddress.Of(AddressFamily.InterNetwork), OutwardAddress.Of(AddressFamily.InterNetworkV6) }.OfType<IPAddress>().Where(local.Contains));
        return [.. found.DistinctBy(address => address.AddressFamily).OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6)];
    }

    private static IPAddress[] Local() =>
    [
        .. MachineInterfaces.Read().Interfaces
            .Where(found => found is { IsUp: true, IsLoopback: false })
            .SelectMany(found => found.Addresses)
            .Select(found => found.Address)
            .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal),
    ];
}
