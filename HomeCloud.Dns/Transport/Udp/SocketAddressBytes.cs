using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>Reads <c>sockaddr_in</c>, <c>sockaddr_in6</c> and the control data of IP_PKTINFO, as Linux lays them out.</summary>
internal static class SocketAddressBytes
{
    private const int FamilyIPv4 = 2;
    private const int FamilyIPv6 = 10;
    private const int DataOffset = 16;

    /// <summary>False when the sender cannot be answered: an unknown family, or source port 0.</summary>
    public static bool TryRead(ReadOnlySpan<byte> address, out ClientAddress client)
    {
        client = default;
        if (address.Length < 16 || BinaryPrimitives.ReadUInt16BigEndian(address[2..]) == 0)
            return false;

        switch (MemoryMarshal.Read<ushort>(address))
        {
            case FamilyIPv4:
                client = ClientAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(address[4..]));
                return true;
            case FamilyIPv6 when address.Length >= 24:
                client = ClientAddress.FromBytes(address.Slice(8, 16));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads which address of ours a datagram came to, and prepares the same bytes for the reply.</summary>
    /// <remarks>The interface is left to routing again, as the way back may differ from the way here; a link-local address needs it.</remarks>
    public static ClientAddress ReadLocal(Span<byte> control)
    {
        if (control.Length < DataOffset)
            return default;

        var header = MemoryMarshal.Read<ControlHeader>(control);
        var data = control[DataOffset..];
        if (header.Level == SocketOption.LevelIPv4 && header.Type == SocketOption.LocalAddress4 && data.Length >= 12)
        {
            ref var arrival = ref MemoryMarshal.AsRef<LocalAddress4>(data);
            arrival.InterfaceIndex = 0;
            return ClientAddress.FromBytes(data.Slice(4, 4));
        }

        if (header.Level == SocketOption.LevelIPv6 && header.Type == SocketOption.LocalAddress6 && data.Length >= 20)
        {
            ref var arrival = ref MemoryMarshal.AsRef<LocalAddress6>(data);
            var isLinkLocal = data[0] == 0xFE && (data[1] & 0xC0) == 0x80;
            if (!isLinkLocal)
                arrival.InterfaceIndex = 0;
            return ClientAddress.FromBytes(data[..16]);
        }

        return default;
    }
}
