using System.Buffers.Binary;

namespace HomeCloud.Agent.Lan;

/// <summary>Answers a device that asks who has an address, in the owner's place: an ARP reply (RFC 826) or a neighbour advertisement (RFC 4861 §4.4). Pure.</summary>
internal static class NeighbourAnswer
{
    private const int MacSize = 6;
    private const byte Advertisement = 136;
    private const byte SolicitedAndOverride = 0x60;

    /// <param name="call">The ARP request or neighbour solicitation.</param>
    /// <param name="owner">Link-layer address of the owner, six octets: the frame looks as if it came from there, so that switches learn nothing wrong.</param>
    public static byte[] Create(CallingFrame call, ReadOnlySpan<byte> owner)
    {
        if (owner.Length != MacSize)
            throw new ArgumentException("An Ethernet address has six octets.", nameof(owner));
        var mac = owner.ToArray();
        return call.What == "ARP" ? Arp(call, mac) : Nd(call, mac);
    }

    private static byte[] Arp(CallingFrame call, byte[] owner) =>
    [
        .. call.Mac, .. owner, 0x08, 0x06,
        0, 1, 0x08, 0x00, MacSize, 4, 0, 2, .. owner, .. call.Target.GetAddressBytes(), .. call.Mac, .. call.Sender.GetAddressBytes(),
    ];

    private static byte[] Nd(CallingFrame call, byte[] owner)
    {
        var from = call.Target.GetAddressBytes();
        var to = call.Sender.GetAddressBytes();
        byte[] message = [Advertisement, 0, 0, 0, SolicitedAndOverride, 0, 0, 0, .. from, 2, 1, .. owner];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), IcmpChecksum.Of(from, to, message));
        return [.. call.Mac, .. owner, 0x86, 0xdd, 0x60, 0, 0, 0, 0, (byte)message.Length, 58, 255, .. from, .. to, .. message];
    }
}
