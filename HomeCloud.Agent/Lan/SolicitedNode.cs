using System.Net;

namespace HomeCloud.Agent.Lan;

/// <summary>The multicast group that hears solicitations for an IPv6 address (RFC 4291 §2.7.1).</summary>
internal static class SolicitedNode
{
    public static IPAddress GroupOf(IPAddress address) => new([0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, .. address.GetAddressBytes().AsSpan(13)]);
}
