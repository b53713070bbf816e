using System.Net;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Blocking.Groups;

/// <summary>Where devices are now; implemented where names and the machine are known.</summary>
public interface IDeviceAddresses
{
    /// <summary>Addresses of a name of the home, given with or without the zone.</summary>
    IReadOnlyList<IPAddress> OfName(string name);

    /// <summary>Who was seen on the LAN, with its MAC.</summary>
    IReadOnlyList<Neighbour> Neighbours();
}
