using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Lan;

/// <summary>The frames of address conflict detection (RFC 5227 §2.1.1): Ethernet, ARP for IPv4. Pure.</summary>
internal static class AddressConflict
{
    public const int FrameLength = 42;
    private const ulong ForIPv4 = 0x0001_0800_0604_0000;
    private const ushort Request = 1;

    /// <summary>An ARP Probe: a question for an address by one who has none yet, so that nobody remembers a wrong owner.</summary>
    /// <param name="mac">Of the interface that it leaves, six octets.</param>
    /// <param name="wanted">The candidate.</param>
    public static byte[] Probe(ReadOnlySpan<byte> mac, IPAddress wanted)
    {
        var frame = new byte[FrameLength];
        frame.AsSpan(0, 6).Fill(0xff);
        mac.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0806);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(14), ForIPv4 | Request);
        mac.CopyTo(frame.AsSpan(22));
        wanted.TryWriteBytes(frame.AsSpan(38), out _);
        return frame;
    }

    /// <summary>Who has the address, or is about to take it: reads any frame at all.</summary>
    /// <param name="frame">As it came.</param>
    /// <param name="mac">Our own, whose frames say nothing.</param>
    /// <param name="wanted">The candidate.</param>
    /// <returns>The other's link-layer address as text, lower case; null when the frame tells of nobody.</returns>
    public static string? Find(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> mac, IPAddress wanted)
    {
        if (frame.Length < FrameLength || wanted.AddressFamily != AddressFamily.InterNetwork
            || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0806 || BinaryPrimitives.ReadUInt64BigEndian(frame[14..]) >> 16 != ForIPv4 >> 16)
        {
            return null;
        }

        Span<byte> address = stackalloc byte[4];
        wanted.TryWriteBytes(address, out _);
        var other = frame.Slice(22, 6);
        var sender = frame.Slice(28, 4);
        var target = frame.Slice(38, 4);
        if (other.SequenceEqual(mac))
            return null;

        var isOwner = sender.SequenceEqual(address);
        var isProbe = BinaryPrimitives.ReadUInt16BigEndian(frame[20..]) == Request && BinaryPrimitives.ReadUInt32BigEndian(sender) == 0 && target.SequenceEqual(address);
        return isOwner || isProbe ? LinkLayerAddress.Text(other) : null;
    }
}
