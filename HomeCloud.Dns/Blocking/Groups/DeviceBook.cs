using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Dns.Blocking.Groups;

/// <summary>
/// Which addresses a device has: IPv6 ones too, by its MAC in the neighbour table. The kernel forgets devices that are silent; here
/// they stay known for a day, until another MAC has the address. Used by one thread at a time.
/// </summary>
/// <remarks>
/// Wi-Fi repeaters give their own MAC to all devices behind them: that MAC says nothing of a single device. It shows by two IPv4
/// addresses that are in use at the same time: each from the first to the last look at which it was reachable, within the day. A
/// device with a new lease has them one after the other, and is no repeater, however long the kernel keeps the old entry. A
/// repeater stays one while it is remembered, also when only one device behind it speaks. A device that keeps two IPv4 addresses
/// cannot be told from a repeater; as a member by its MAC, it has the rules at all its addresses.
/// </remarks>
internal sealed class DeviceBook(IDeviceAddresses? source, TimeProvider time)
{
    private const int MaxAddresses = 8192;

    // A device makes itself a new IPv6 address a day; one that makes thousands crowds out nobody but itself.
    private const int MaxAddressesOfOne = 64;

    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly Dictionary<IPAddress, SeenAddress> _seen = [];
    private HashSet<string> _shared = [];

    /// <summary>Looks at the neighbour table.</summary>
    public void Look()
    {
        var now = time.GetTimestamp();
        foreach (var neighbour in source?.Neighbours() ?? [])
        {
            var entry = _seen.GetValueOrDefault(neighbour.Address);
            if (entry is null || entry.Mac != neighbour.Mac)
                _seen[neighbour.Address] = entry = new SeenAddress(neighbour.Mac);
            entry.Take(now, neighbour.IsReachable);
        }

        foreach (var (address, entry) in _seen)
        {
            if (time.GetElapsedTime(entry.Seen, now) > Memory)
                _seen.Remove(address);
            else if (time.GetElapsedTime(entry.LastReachable, now) > Memory)
                entry.ForgetUse();
        }

        foreach (var device in _seen.GroupBy(pair => pair.Value.Mac).Where(device => device.Skip(MaxAddressesOfOne).Any()).ToList())
            DropOldest(device, MaxAddressesOfOne);
        if (_seen.Count > MaxAddresses)
            DropOldest(_seen, MaxAddresses);
        _shared = [.. _seen.Where(pair => pair.Key.AddressFamily == AddressFamily.InterNetwork).GroupBy(pair => pair.Value.Mac, pair => pair.Value).Where(AreInUseTogether).Select(device => device.Key)];
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

    private void DropOldest(IEnumerable<KeyValuePair<IPAddress, SeenAddress>> entries, int left)
    {
        foreach (var (address, _) in entries.OrderByDescending(pair => pair.Value.LastReachable).ThenByDescending(pair => pair.Value.Seen).Skip(left).ToList())
            _seen.Remove(address);
    }

    private static bool AreInUseTogether(IEnumerable<SeenAddress> addresses)
    {
        long? last = null;
        foreach (var entry in addresses.Where(entry => entry.LastReachable > 0).OrderBy(entry => entry.FirstReachable))
        {
            if (entry.FirstReachable <= last)
                return true;
            last = entry.LastReachable;
        }

        return false;
    }

    private sealed class SeenAddress(string mac)
    {
        public string Mac => mac;

        public long Seen { get; private set; }

        /// <summary>Zero: never.</summary>
        public long FirstReachable { get; private set; }

        public long LastReachable { get; private set; }

        public void Take(long now, bool isReachable)
        {
            Seen = now;
            if (isReachable)
                (FirstReachable, LastReachable) = (FirstReachable == 0 ? now : FirstReachable, now);
        }

        public void ForgetUse() => (FirstReachable, LastReachable) = (0, 0);
    }
}
