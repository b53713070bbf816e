using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Agent.Web.Security;

/// <summary>Whose tries and connections are counted together: one IPv4 address, or one IPv6 /64, within which a device chooses addresses as it likes (RFC 8981).</summary>
internal static class ClientGroup
{
    private const int SubnetBytes = 8;
    private const string Socket = "socket";

    public static string Of(IPAddress? address)
    {
        if (address is null)
            return Socket;

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily != AddressFamily.InterNetworkV6)
            return plain.ToString();

        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(SubnetBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    /// <summary>As people write it: IPv4 inside IPv6 as IPv4, anything else as it is.</summary>
    public static string Text(IPAddress? address) => address switch
    {
        null => Socket,
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } => new IPAddress(address.GetAddressBytes()).ToString(),
        _ => address.ToString(),
    };
}
