using System.Collections.Immutable;
using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Naming;

/// <summary>A container's places in its networks, as far as what the engine sent can be read.</summary>
internal static class EndpointReader
{
    /// <summary>
    /// <c>docker run --hostname x</c> adds x to the aliases, and a later rename leaves it there: the old name would
    /// live on. Nobody chose that alias, so it is left out.
    /// </summary>
    public static ImmutableArray<EndpointFacts> Read(IDictionary<string, EndpointSettings>? networks, string? hostname) =>
        networks is null
            ? []
            :
            [
                .. networks
                    .Where(network => network.Value is not null)
                    .OrderBy(network => network.Key, StringComparer.Ordinal)
                    .Select(network => new EndpointFacts(
                        network.Key,
                        network.Value!.NetworkID ?? "",
                        [.. Address(network.Value.IPAddress), .. Address(network.Value.GlobalIPv6Address)],
                        [.. network.Value.Aliases?.OfType<string>().Where(alias => alias != hostname) ?? []])
                    {
                        Mac = network.Value.MacAddress ?? "",
                        Fixed = [.. Address(network.Value.IPAMConfig?.IPv4Address), .. Address(network.Value.IPAMConfig?.IPv6Address)],
                        GatewayPriority = network.Value.GwPriority,
                    }),
            ];

    private static IEnumerable<IPAddress> Address(string? text)
    {
        if (AddressText.TryParse(text, out var address) && !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal
            && !SpecialRanges.IsUnspecified(address))
        {
            yield return address;
        }
    }
}
