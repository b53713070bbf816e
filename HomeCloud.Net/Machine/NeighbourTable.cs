using System.Buffers.Binary;
using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine.Native;

namespace HomeCloud.Net.Machine;

/// <summary>The kernel's neighbour table (ARP and IPv6 neighbour discovery): which addresses of the LAN belong to which MAC.</summary>
public static class NeighbourTable
{
    private const int MessageHeader = 16;
    private const int NeighbourHeader = 12;
    private const int AttributeHeader = 4;
    private const int EthernetSize = 6;
    private const ushort Done = 3;
    private const ushort Error = 2;
    private const ushort NewNeighbour = 28;
    private const ushort Destination = 1;
    private const ushort LinkLayer = 2;

    // NUD_REACHABLE, NUD_PERMANENT. NUD_DELAY and NUD_PROBE are not: there an answer is only awaited.
    private const ushort Answered = 0x02 | 0x80;

    // NUD_INCOMPLETE, NUD_FAILED, NUD_NOARP: nothing is known of them.
    private const ushort Unknown = 0x01 | 0x20 | 0x40;

    /// <returns>Empty where the kernel does not say.</returns>
    public static IReadOnlyList<Neighbour> Read()
    {
        var found = new List<Neighbour>();
        NeighbourSocket.Read(part => Take(part.Span, found));
        return found;
    }

    /// <summary>Adds what a part of the kernel's answer says.</summary>
    /// <returns>Whether more may come.</returns>
    internal static bool Take(ReadOnlySpan<byte> part, List<Neighbour> found)
    {
        while (part.Length >= MessageHeader)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(part);
            var type = BinaryPrimitives.ReadUInt16LittleEndian(part[4..]);
            if (length < MessageHeader || length > part.Length || type is Done or Error)
                return false;
            if (type == NewNeighbour && length >= MessageHeader + NeighbourHeader && BinaryPrimitives.ReadUInt16LittleEndian(part[(MessageHeader + 8)..]) is var state && (state & Unknown) == 0)
                TakeNeighbour(part[(MessageHeader + NeighbourHeader)..length], (state & Answered) != 0, found);
            part = part[Math.Min(part.Length, Aligned(length))..];
        }

        return true;
    }

    private static void TakeNeighbour(ReadOnlySpan<byte> attributes, bool isReachable, List<Neighbour> found)
    {
        IPAddress? address = null;
        byte[]? mac = null;
        while (attributes.Length >= AttributeHeader)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
            if (length < AttributeHeader || length > attributes.Length)
                return;
            var value = attributes[AttributeHeader..length];
            switch (BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]))
            {
                case Destination when value.Length is 4 or 16:
                    address = new IPAddress(value);
                    break;
                case LinkLayer when value.Length == EthernetSize:
                    mac = value.ToArray();
                    break;
            }

            attributes = attributes[Math.Min(attributes.Length, Aligned(length))..];
        }

        if (address is not null && mac is not null)
            found.Add(new Neighbour(address, LinkLayerAddress.Text(mac), isReachable));
    }

    private static int Aligned(int length) => (length + 3) & ~3;
}

/// <param name="Address">On the LAN.</param>
/// <param name="Mac">Lower case with colons.</param>
/// <param name="IsReachable">It answered within about the last half minute. Else it had the address once: the kernel keeps that for days.</param>
public sealed record Neighbour(IPAddress Address, string Mac, bool IsReachable);
