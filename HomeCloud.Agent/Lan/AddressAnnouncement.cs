using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Agent.Lan;

/// <summary>
/// The frames after which the LAN knows that an address has another owner. Before version 28 Docker sends none, and a device that has
/// just talked to the owner of before goes on sending to that one for up to a minute. Pure.
/// </summary>
internal static class AddressAnnouncement
{
    private const ushort Request = 1;
    private const byte Solicitation = 135;

    /// <param name="address">What has a new owner.</param>
    /// <param name="owner">Its link-layer address, six octets.</param>
    /// <param name="mac">Of the interface that the frames leave, six octets.</param>
    public static IReadOnlyList<byte[]> Create(IPAddress address, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> mac) =>
        address.AddressFamily == AddressFamily.InterNetwork ? [Announce(address, owner, mac), AddressConflict.Probe(mac, address)] : [Solicit(address, mac)];

    // RFC 5227 §2.3, but in a frame of our own: macvlan takes one from a MAC of its own for an echo, and keeps it from the other
    // containers. This machine does not hear its own frames: it learns from the owner's answer to the probe.
    private static byte[] Announce(IPAddress address, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> mac)
    {
        var frame = AddressConflict.Probe(owner, address);
        mac.CopyTo(frame.AsSpan(6));
        address.TryWriteBytes(frame.AsSpan(28), out _);
        return frame;
    }

    // A solicitation without a sender (RFC 4862 §5.4.2) is answered to all nodes, with the override flag (RFC 4861 §7.2.4): so the
    // owner itself tells everybody, this machine too.
    private static byte[] Solicit(IPAddress address, ReadOnlySpan<byte> mac)
    {
        var target = address.GetAddressBytes();
        byte[] nobody = new byte[16];
        var group = SolicitedNode.GroupOf(address).GetAddressBytes();
        byte[] message = [Solicitation, 0, 0, 0, 0, 0, 0, 0, .. target];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), IcmpChecksum.Of(nobody, group, message));
        return [0x33, 0x33, .. group.AsSpan(12), .. mac, 0x86, 0xdd, 0x60, 0, 0, 0, 0, (byte)message.Length, 58, 255, .. nobody, .. group, .. message];
    }
}
