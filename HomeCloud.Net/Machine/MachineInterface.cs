using System.Net;

namespace HomeCloud.Net.Machine;

/// <summary>One network interface as it was when it was read.</summary>
/// <param name="Name">For instance <c>eth0</c>.</param>
/// <param name="Index">As in link-local scopes; 0 when it has no IPv6.</param>
/// <param name="IsUp">False for what is certainly down; a kind whose state the kernel does not know counts as up.</param>
/// <param name="IsLoopback">The interface of 127.0.0.1.</param>
/// <param name="Gateways">How many routes to the outside it has.</param>
/// <param name="Addresses">With the length of their prefix.</param>
public sealed record MachineInterface(
    string Name, int Index, bool IsUp, bool IsLoopback, int Gateways, IReadOnlyList<(IPAddress Address, int PrefixLength)> Addresses);

/// <summary>All interfaces of one moment.</summary>
/// <param name="Interfaces">Those that could be read.</param>
/// <param name="IsComplete">False when one of them vanished meanwhile: what is listed is there, what is not listed may be there too.</param>
public sealed record MachineReading(IReadOnlyList<MachineInterface> Interfaces, bool IsComplete)
{
    public static MachineReading Nothing { get; } = new([], false);

    public IEnumerable<IPAddress> Addresses => Interfaces.Where(found => found.IsUp).SelectMany(found => found.Addresses).Select(found => found.Address);
}
