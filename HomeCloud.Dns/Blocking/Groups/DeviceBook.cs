using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Dns.Blocking.Groups;

/// <summary>
/// Which addresses a device has: IPv6 ones too, by its MAC in the neighbour table. The kernel forgets devices that are silent; here
/// they stay known for a day, until another MAC has the address. Used by one thread at a time.
/// </summary>
internal sealed class DeviceBook(IDeviceAddresses? source, TimeProvider time)
{
    private const int MaxAddresses = 8192;
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly Dictionary<IPAddress, (string Mac, long Seen)> _seen = [];
    private HashSet<string> _shared = [];

    /// <summary>Looks at the neighbour table.</summary>
    public void Look()
    {
        var now = time.GetTimestamp();
        var neighbours = source?.Neighbours() ?? [];

        // Wi-Fi repeaters give their own MAC to all devices behind them: one with several IPv4 addresses says nothing of a single device.
        _shared = [.. neighbours.Where(one => one.Address.AddressFamily == AddressFamily.InterNetwork).GroupBy(one => one.Mac).Where(group => group.Skip(1).Any()).Select(group => group.Key)];
        foreach (var neighbour in neighbours)
        {
            if (_seen.Count < MaxAddresses || _seen.ContainsKey(neighbour.Address))
                _seen[neighbour.Address] = (neighbour.Mac, now);
        }

        foreach (var (address, (_, seen)) in _seen)
        {
            if (time.GetElapsedTime(seen, now) > Memory)
                _seen.Remove(address);
        }
    }

    /// <summary>Addresses of a device; empty for a network, or when none is known.</summary>
    public IReadOnlyCollection<IPAddress> Of(GroupMember member)
    {
        if (member.Mac is { } mac)
            return [.. WithMac(mac)];
        HashSet<IPAddress> addresses = member.Name is { } name ? [.. source?.OfName(name) ?? []] : member.Address is { } address ? [address] : [];
        foreach (var known in addresses.ToList())
        {
            if (_seen.TryGetValue(known, out var device) && !_shared.Contains(device.Mac))
                addresses.UnionWith(WithMac(device.Mac).Where(one => one.AddressFamily == AddressFamily.InterNetworkV6));
        }

        return addresses;
    }

    private IEnumerable<IPAddress> WithMac(string mac) => _seen.Where(pair => pair.Value.Mac == mac).Select(pair => pair.Key);
}
