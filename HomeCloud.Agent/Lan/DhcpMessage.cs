using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace HomeCloud.Agent.Lan;

/// <summary>The two DHCP messages a prober needs: DHCPDISCOVER out, DHCPOFFER in (RFC 2131 §2, §4.1).</summary>
internal static class DhcpMessage
{
    private const int FixedLength = 236;
    private const int OptionsStart = FixedLength + 4;
    private const uint MagicCookie = 0x6382_5363;
    private const ushort BroadcastFlag = 0x8000;

    public static byte[] Discover(uint transaction, ReadOnlySpan<byte> mac)
    {
        var message = new byte[300];
        message[0] = 1; // BOOTREQUEST
        message[1] = 1; // Ethernet
        message[2] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), transaction);
        // The offered address is not ours: only a broadcast answer reaches this socket.
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), BroadcastFlag);
        mac.CopyTo(message.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(FixedLength), MagicCookie);
        // 53 message type DISCOVER; 55 asks for mask, router, DNS, search name; 255 end
        ReadOnlySpan<byte> options = [53, 1, 1, 55, 4, 1, 3, 6, 15, 255];
        options.CopyTo(message.AsSpan(OptionsStart));
        return message;
    }

    public static bool TryReadOffer(ReadOnlySpan<byte> message, uint transaction, [NotNullWhen(true)] out DhcpOffer? offer)
    {
        offer = null;
        if (message.Length < OptionsStart
            || message[0] != 2
            || BinaryPrimitives.ReadUInt32BigEndian(message[4..]) != transaction
            || BinaryPrimitives.ReadUInt32BigEndian(message[FixedLength..]) != MagicCookie)
        {
            return false;
        }

        var type = 0;
        IPAddress? server = null;
        IReadOnlyList<IPAddress> routers = [], dns = [];
        string? search = null;
        var at = OptionsStart;
        while (at < message.Length && message[at] != 255)
        {
            if (message[at] == 0)
            {
                at++;
                continue;
            }

            if (at + 2 > message.Length || at + 2 + message[at + 1] > message.Length)
                return false;
            var value = message.Slice(at + 2, message[at + 1]);
            switch (message[at])
            {
                case 53 when value.Length == 1:
                    type = value[0];
                    break;
                case 54 when value.Length == 4:
                    server = new IPAddress(value);
                    break;
                case 3:
                    routers = Addresses(value);
                    break;
                case 6:
                    dns = Addresses(value);
                    break;
                case 15:
                    search = Encoding.ASCII.GetString(value).TrimEnd('\0');
                    break;
            }

            at += 2 + value.Length;
        }

        if (type != 2)
            return false;
        offer = new DhcpOffer(new IPAddress(message.Slice(16, 4)), server, routers, dns, search);
        return true;
    }

    private static List<IPAddress> Addresses(ReadOnlySpan<byte> value)
    {
        List<IPAddress> addresses = [];
        for (; value.Length >= 4; value = value[4..])
            addresses.Add(new IPAddress(value[..4]));
        return addresses;
    }
}
