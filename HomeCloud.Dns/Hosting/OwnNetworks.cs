using System.Net;
using HomeCloud.Dns.Projection;
using HomeCloud.Dns.Resolving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Hosting;

/// <summary>Takes over what this machine's addresses and networks are now: who may ask, which reverse zones are the home's, and which PTR is the server's own.</summary>
internal sealed class OwnNetworks(ListenOptions listen, AccessControl access, ZoneCatalog catalog, ZoneProjection projection, ValidatedForwarding? validated = null)
{
    private HashSet<IPAddress> _own = [];

    public void Follow(MachineReading machine)
    {
        access.Follow(machine);
        projection.FollowNetworks();

        // What an incomplete reading does not list may still be there.
        HashSet<IPAddress> own = [.. machine.Addresses.Concat(Named()).Where(address => !IsLocalhost(address)), .. machine.IsComplete ? [] : _own];
        if (own.SetEquals(_own))
            return;
        _own = own;
        catalog.SetOwnAddresses(own);
        validated?.Recheck();
    }

    private IEnumerable<IPAddress> Named() =>
        ListenAddress.ReadAll(listen.Addresses.Concat(listen.TlsAddresses).Concat(listen.SharedAddresses), ListenOptions.DnsPort)
            .Select(named => named.Address)
            .Where(address => !SpecialRanges.IsUnspecified(address));

    // RFC 6303 §4: these two are localhost.
    private static bool IsLocalhost(IPAddress address) => address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback);
}
