using System.Net;

namespace HomeCloud.Dns.Blocking.Groups;

/// <summary>
/// Which addresses a device has: also those of its other protocol, by its MAC in the neighbour table. The kernel forgets devices
/// that are silent; here they stay known for a day, until another MAC has the address. Used by one thread at a time.
/// </summary>
internal sealed class DeviceBook(IDeviceAddresses? source, TimeProvider time)
{
    private const int MaxAddresses = 8192;
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly Dictionary<IPAddress, (string Mac, long Seen)> _seen = [];

    /// <summary>Looks at the neighbour table.</summary>
    public void Look()
    {
        var now = time.GetTimestamp();
        foreach (var neighbour in source?.Neighbours() ?? [])
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
            if (_seen.TryGetValue(known, out var device))
                addresses.UnionWith(WithMac(device.Mac));
        }

        return addresses;
    }

    private IEnumerable<IPAddress> WithMac(string mac) => _seen.Where(pair => pair.Value.Mac == mac).Select(pair => pair.Key);
}
