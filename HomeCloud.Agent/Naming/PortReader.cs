using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Naming;

/// <summary>A container's ports, as far as what the engine sent can be read.</summary>
internal static class PortReader
{
    /// <summary>Those of TCP among what an image or a container declares: <c>80/tcp</c>, or <c>80</c>.</summary>
    public static ImmutableArray<ushort> Tcp(IDictionary<string, EmptyStruct>? exposed)
    {
        var ports = new SortedSet<ushort>();
        foreach (var text in exposed?.Keys ?? [])
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if ((slash < 0 || text[slash..] == "/tcp") && ushort.TryParse(slash < 0 ? text : text[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
                ports.Add(port);
        }

        return [.. ports];
    }

    public static ImmutableArray<PublishedPort> Published(IDictionary<string, IList<PortBinding>>? ports)
    {
        if (ports is null)
            return [];
        var published = new List<PublishedPort>();
        foreach (var (port, bindings) in ports)
        {
            foreach (var binding in bindings ?? [])
            {
                if (!ushort.TryParse(binding?.HostPort, NumberStyles.None, CultureInfo.InvariantCulture, out var hostPort) || hostPort == 0)
                    continue;
                if (!AddressText.TryParse(binding.HostIP, out var address))
                    address = IPAddress.Any;
                published.Add(new PublishedPort(address, hostPort, port));
            }
        }

        return [.. published.OrderBy(port => port.HostPort).ThenBy(port => port.ContainerPort, StringComparer.Ordinal).ThenBy(port => port.Address.ToString(), StringComparer.Ordinal)];
    }

    public static ImmutableArray<string> Exposed(IDictionary<string, IList<PortBinding>>? ports) =>
        ports is null ? [] : [.. ports.Keys.Order(StringComparer.Ordinal)];
}

/// <summary>A port of the container on the host.</summary>
/// <param name="Address">The host's address it is bound to; a wildcard address for all.</param>
/// <param name="HostPort">On the host.</param>
/// <param name="ContainerPort">For instance <c>80/tcp</c>.</param>
public sealed record PublishedPort(IPAddress Address, ushort HostPort, string ContainerPort)
{
    public bool IsForAll => SpecialRanges.IsUnspecified(Address);

    public override string ToString() => $"{HostPort}->{ContainerPort}";
}
