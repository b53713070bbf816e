using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Naming;

/// <summary>A port of the container on the host.</summary>
/// <param name="Address">The host's address it is bound to; a wildcard address for all.</param>
/// <param name="HostPort">On the host.</param>
/// <param name="ContainerPort">For instance <c>80/tcp</c>.</param>
public sealed record PublishedPort(IPAddress Address, ushort HostPort, string ContainerPort)
{
    public bool IsForAll => SpecialRanges.IsUnspecified(Address);

    public override string ToString() => $"{HostPort}->{ContainerPort}";
}
