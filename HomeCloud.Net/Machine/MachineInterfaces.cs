using System.Net;
using System.Net.NetworkInformation;

namespace HomeCloud.Net.Machine;

/// <summary>
/// Reads the interfaces of this machine. With a container engine they come and go at any time, and System.Net throws
/// whatever the file system says about one that vanished halfway: here that costs a second look, never the process.
/// </summary>
public static class MachineInterfaces
{
    private const int Attempts = 5;

    private static volatile MachineReading _lastComplete = MachineReading.Nothing;

    /// <summary>Never throws. When nothing can be read at all, the last complete reading stands in, marked as incomplete.</summary>
    public static MachineReading Read()
    {
        var reading = Read(NetworkInterface.GetAllNetworkInterfaces);
        if (reading.IsComplete)
            _lastComplete = reading;
        return reading.Interfaces.Count > 0 ? reading : _lastComplete with { IsComplete = false };
    }

    internal static MachineReading Read(Func<NetworkInterface[]> enumerate)
    {
        var reading = MachineReading.Nothing;
        for (var attempt = 0; attempt < Attempts && !reading.IsComplete; attempt++)
        {
            if (TryEnumerate(enumerate) is { } adapters)
                reading = ReadEach(adapters);
        }

        return reading;
    }

    private static NetworkInterface[]? TryEnumerate(Func<NetworkInterface[]> enumerate)
    {
        try
        {
            return enumerate();
        }
        catch (Exception exception) when (IsVanished(exception))
        {
            return null;
        }
    }

    private static MachineReading ReadEach(NetworkInterface[] adapters)
    {
        List<MachineInterface> found = [];
        foreach (var adapter in adapters)
        {
            try
            {
                found.Add(Describe(adapter));
            }
            catch (Exception exception) when (IsVanished(exception))
            {
                // This one is gone; the others are still worth knowing.
            }
        }

        return new MachineReading(found, found.Count == adapters.Length);
    }

    private static MachineInterface Describe(NetworkInterface adapter)
    {
        var properties = adapter.GetIPProperties();
        return new MachineInterface(
            adapter.Name,
            adapter.Supports(NetworkInterfaceComponent.IPv6) ? properties.GetIPv6Properties().Index : 0,
            adapter.OperationalStatus != OperationalStatus.Down,
            adapter.NetworkInterfaceType == NetworkInterfaceType.Loopback,
            properties.GatewayAddresses.Count,
            [.. properties.UnicastAddresses.Select(unicast => (unicast.Address, unicast.PrefixLength))])
        {
            IPv4Index = adapter.Supports(NetworkInterfaceComponent.IPv4) ? properties.GetIPv4Properties().Index : 0,
            Mac = adapter.GetPhysicalAddress().GetAddressBytes(),
        };
    }

    // System.Net does not say which exceptions these are: a file of /sys or /proc is missing, empty or half there.
    private static bool IsVanished(Exception exception) => exception is not OutOfMemoryException;
}

/// <summary>One network interface as it was when it was read.</summary>
/// <param name="Name">For instance <c>eth0</c>.</param>
/// <param name="Index">As in link-local scopes; 0 when it has no IPv6.</param>
/// <param name="IsUp">False for what is certainly down; a kind whose state the kernel does not know counts as up.</param>
/// <param name="IsLoopback">The interface of 127.0.0.1.</param>
/// <param name="Gateways">How many routes to the outside it has.</param>
/// <param name="Addresses">With the length of their prefix.</param>
public sealed record MachineInterface(
    string Name, int Index, bool IsUp, bool IsLoopback, int Gateways, IReadOnlyList<(IPAddress Address, int PrefixLength)> Addresses)
{
    /// <summary>The kernel's number of it, also without IPv6; 0 when it has no IPv4.</summary>
    public int IPv4Index { get; init; }

    /// <summary>The kernel's number of it, whichever family it has. 0 would be every interface (packet(7)).</summary>
    public int Number => Math.Max(Index, IPv4Index);

    /// <summary>Link-layer address, six octets for Ethernet; none for what has none.</summary>
    public byte[] Mac { get; init; } = [];

    public bool Has(IPAddress address) => Addresses.Any(own => own.Address.Equals(address));
}

/// <summary>All interfaces of one moment.</summary>
/// <param name="Interfaces">Those that could be read.</param>
/// <param name="IsComplete">False when one of them vanished meanwhile: what is listed is there, what is not listed may be there too.</param>
public sealed record MachineReading(IReadOnlyList<MachineInterface> Interfaces, bool IsComplete)
{
    public static MachineReading Nothing { get; } = new([], false);

    public IEnumerable<IPAddress> Addresses => Interfaces.Where(found => found.IsUp).SelectMany(found => found.Addresses).Select(found => found.Address);
}
