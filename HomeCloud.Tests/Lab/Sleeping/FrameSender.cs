using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network.Native;

namespace HomeCloud.Tests.Lab.Sleeping;

/// <summary>Sends ARP requests and neighbour solicitations as a machine of the lab, with any sender: what no program there would send by itself.</summary>
internal sealed class FrameSender : IDisposable
{
    private readonly Socket _socket;
    private readonly LinkLayerEndPoint _interface;
    private readonly byte[] _mac;

    private FrameSender(Socket socket, int index, byte[] mac) => (_socket, _interface, _mac) = (socket, new LinkLayerEndPoint(index), mac);

    public static async Task<FrameSender> OnAsync(Machine machine)
    {
        var index = int.Parse((await machine.RunAsync(["cat", "/sys/class/net/eth0/ifindex"])).OrFail().Output, CultureInfo.InvariantCulture);
        var mac = PhysicalAddress.Parse((await machine.RunAsync(["cat", "/sys/class/net/eth0/address"])).OrFail().Output.Trim()).GetAddressBytes();
        return new FrameSender(NetworkNamespace.Create(machine.Pid, () => new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified)), index, mac);
    }

    /// <summary>Who has <paramref name="target"/>? Tell <paramref name="sender"/>.</summary>
    public void Arp(IPAddress sender, IPAddress target)
    {
        byte[] arp = [0, 1, 8, 0, 6, 4, 0, 1, .. _mac, .. sender.GetAddressBytes(), 0, 0, 0, 0, 0, 0, .. target.GetAddressBytes()];
        Send([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. _mac, 8, 6, .. arp, .. new byte[18]]);
    }

    /// <summary>Is <paramref name="target"/> still there? As a kernel asks one whose MAC it knows.</summary>
    public void Poll(IPAddress sender, IPAddress target, byte[] mac)
    {
        byte[] arp = [0, 1, 8, 0, 6, 4, 0, 1, .. _mac, .. sender.GetAddressBytes(), 0, 0, 0, 0, 0, 0, .. target.GetAddressBytes()];
        Send([.. mac, .. _mac, 8, 6, .. arp, .. new byte[18]]);
    }

    /// <summary>A neighbour solicitation, RFC 4861 §4.3; from :: it is a probe.</summary>
    public void Solicit(IPAddress sender, IPAddress target)
    {
        var octets = target.GetAddressBytes();
        byte[] group = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, .. octets[13..]];
        byte[] message = [135, 0, 0, 0, 0, 0, 0, 0, .. octets, .. sender.Equals(IPAddress.IPv6Any) ? [] : (byte[])[1, 1, .. _mac]];
        byte[] pseudo = [.. sender.GetAddressBytes(), .. group, 0, 0, 0, (byte)message.Length, 0, 0, 0, 58, .. message];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(pseudo));
        Send([0x33, 0x33, 0xff, .. octets[13..], .. _mac, 0x86, 0xdd, 0x60, 0, 0, 0, 0, (byte)message.Length, 58, 255, .. sender.GetAddressBytes(), .. group, .. message]);
    }

    public void Dispose() => _socket.Dispose();

    private void Send(byte[] frame) => _socket.SendTo(frame, _interface);

    private static ushort Checksum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (var i = 0; i < octets.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }

    /// <summary>struct sockaddr_ll.</summary>
    private sealed class LinkLayerEndPoint(int index) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            BitConverter.TryWriteBytes(address.Buffer.Span[4..], index);
            return address;
        }
    }
}
