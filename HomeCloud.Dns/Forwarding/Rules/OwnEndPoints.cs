using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Forwarding.Rules;

/// <summary>The addresses this server answers on: an upstream among them would be a loop.</summary>
public sealed class OwnEndPoints(IReadOnlyList<IPEndPoint> listening)
{
    public static OwnEndPoints None { get; } = new([]);

    /// <summary>Whether a query sent there would come back to us.</summary>
    public bool Contains(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        foreach (var own in listening)
        {
            if (own.Port != endPoint.Port)
                continue;
            if (own.Address.Equals(endPoint.Address))
                return true;
            if (IsWildcardFor(own.Address, endPoint.Address) && IsOfThisHost(endPoint.Address))
                return true;
        }

        return false;
    }

    // A [::] socket takes IPv4 too, unless told otherwise.
    private static bool IsWildcardFor(IPAddress own, IPAddress other) =>
        own.Equals(IPAddress.IPv6Any) || (own.Equals(IPAddress.Any) && other.AddressFamily == AddressFamily.InterNetwork);

    private static bool IsOfThisHost(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || SpecialRanges.IsUnspecified(address))
            return true;
        return MachineInterfaces.Read().Interfaces.SelectMany(found => found.Addresses).Any(found => found.Address.Equals(address));
    }
}
