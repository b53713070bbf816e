using System.Buffers.Binary;
using System.Net;

namespace HomeCloud.Agent.Lan;

/// <summary>A frame that calls an address.</summary>
/// <param name="Target">The address.</param>
/// <param name="Sender">Who calls.</param>
/// <param name="Mac">Link-layer address of who calls, six octets.</param>
/// <param name="What">ARP, ND, TCP, UDP or ping.</param>
internal sealed record CallingFrame(IPAddress Target, IPAddress Sender, byte[] Mac, string What)
{
    /// <summary>Reads an Ethernet frame: anything at all may come.</summary>
    /// <returns>Null when it calls nobody.</returns>
    public static CallingFrame? Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 34)
            return null;
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0806 => Arp(frame),
            0x0800 => IPv4(frame),
            0x86dd => IPv6(frame),
            _ => null,
        };
    }

    private static bool IsToAGroup(ReadOnlySpan<byte> frame) => (frame[0] & 1) != 0;

    private static CallingFrame? Arp(ReadOnlySpan<byte> frame)
    {
        // Ethernet and IPv4, a request, to all: one to a MAC asks only whether a neighbour of before is still there.
        if (frame.Length < 42 || !IsToAGroup(frame) || BinaryPrimitives.ReadUInt64BigEndian(frame[14..]) != 0x0001_0800_0604_0001)
            return null;
        var sender = frame.Slice(28, 4);
        var target = frame.Slice(38, 4);
        return sender.SequenceEqual(target) || BinaryPrimitives.ReadUInt32BigEndian(sender) == 0 ? null : new CallingFrame(new IPAddress(target), new IPAddress(sender), frame.Slice(22, 6).ToArray(), "ARP");
    }

    private static CallingFrame? IPv4(ReadOnlySpan<byte> frame)
    {
        var header = (frame[14] & 0xf) * 4;
        if (frame[14] >> 4 != 4 || header < 20 || frame.Length < 14 + header + 8 || (BinaryPrimitives.ReadUInt16BigEndian(frame[20..]) & 0x1fff) != 0)
            return null;
        return Beginning(frame[23], frame[(14 + header)..], isIPv6: false) is { } what
            ? new CallingFrame(new IPAddress(frame.Slice(30, 4)), new IPAddress(frame.Slice(26, 4)), frame.Slice(6, 6).ToArray(), what)
            : null;
    }

    private static CallingFrame? IPv6(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 62 || frame[14] >> 4 != 6)
            return null;
        var sender = new IPAddress(frame.Slice(22, 16));
        var mac = frame.Slice(6, 6).ToArray();
        if (frame[20] == 58 && frame[54] == 135)
            return frame.Length < 78 || !IsToAGroup(frame) || sender.Equals(IPAddress.IPv6Any) ? null : new CallingFrame(new IPAddress(frame.Slice(62, 16)), sender, mac, "ND");
        return Beginning(frame[20], frame[54..], isIPv6: true) is { } what ? new CallingFrame(new IPAddress(frame.Slice(38, 16)), sender, mac, what) : null;
    }

    /// <summary>The first packet of something: one that belongs to an old connection calls nobody.</summary>
    private static string? Beginning(byte protocol, ReadOnlySpan<byte> payload, bool isIPv6) => protocol switch
    {
        6 when payload.Length > 13 && (payload[13] & 0x12) == 0x02 => "TCP",
        17 => "UDP",
        1 when !isIPv6 && payload[0] == 8 => "ping",
        58 when isIPv6 && payload[0] == 128 => "ping",
        _ => null,
    };
}
