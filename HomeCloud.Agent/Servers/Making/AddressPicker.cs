using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Which addresses of a network may be given to a new server, in the order to try them. Pure.</summary>
public static class AddressPicker
{
    /// <summary>Addresses nobody uses or waits for, lowest first.</summary>
    /// <param name="network">Where the server will be.</param>
    /// <param name="used">Addresses that containers have now.</param>
    /// <param name="reserved">Addresses kept for other names.</param>
    public static IEnumerable<IPAddress> Free(NetworkFacts network, IReadOnlySet<IPAddress> used, IReadOnlySet<IPAddress> reserved)
    {
        if (network.Range is not { } range || network.Subnet is not { } subnet)
            yield break;

        var first = ToUInt(range.BaseAddress);
        var count = range.PrefixLength == 0 ? uint.MaxValue : 1u << (32 - range.PrefixLength);
        for (uint i = 0; i < count; i++)
        {
            var address = FromUInt(first + i);
            if (IsUsable(address, subnet) && !network.Taken.Contains(address) && !used.Contains(address) && !reserved.Contains(address))
                yield return address;
        }
    }

    /// <summary>Whether a host may have the address: inside the subnet, neither its first (network) nor its last (broadcast).</summary>
    public static bool IsUsable(IPAddress address, IPNetwork subnet)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork || !subnet.Contains(address))
            return false;

        if (subnet.PrefixLength >= 31)
            return true;

        var mask = uint.MaxValue >> subnet.PrefixLength;
        var suffix = ToUInt(address) & mask;
        return suffix != 0 && suffix != mask;
    }

    private static uint ToUInt(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private static IPAddress FromUInt(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }
}
