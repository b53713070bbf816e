using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HomeCloud.Agent.Lan;

/// <summary>Sees the frames of one interface that pass a <see cref="PacketFilter"/>, packet(7). Needs CAP_NET_RAW.</summary>
internal sealed class PacketSocket : IDisposable
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;
    private const ushort EveryProtocol = 3; // ETH_P_ALL
    private const ushort Arp = 0x0806;
    private const int LinkLayerAddressSize = 20;

    private readonly Socket _socket;
    private readonly List<Socket> _groups = [];

    private PacketSocket(Socket socket) => _socket = socket;

    /// <param name="index">The kernel's number of the interface.</param>
    /// <param name="filter">From the first frame on.</param>
    /// <exception cref="SocketException">Not permitted, or no such interface.</exception>
    public static PacketSocket Open(int index, byte[] filter)
    {
        // Without a protocol it gets nothing: so no frame comes before the filter is there.
        var socket = new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
        try
        {
            var opened = new PacketSocket(socket);
            opened.SetFilter(filter);
            socket.Bind(new LinkLayerEndPoint(index, EveryProtocol));
            return opened;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends any frame, and gets ARP only.</summary>
    /// <param name="index">The kernel's number of the interface.</param>
    /// <exception cref="SocketException">Not permitted, or no such interface.</exception>
    public static PacketSocket OpenArp(int index)
    {
        var socket = new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new LinkLayerEndPoint(index, Arp));
            return new PacketSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The kernel takes it over whole: no frame is judged by half of it.</summary>
    public void SetFilter(byte[] filter)
    {
        // struct sock_fprog: the number of instructions, and where they are. The kernel copies them.
        var pinned = GCHandle.Alloc(filter, GCHandleType.Pinned);
        try
        {
            Span<byte> program = stackalloc byte[16];
            program.Clear();
            BitConverter.TryWriteBytes(program, (ushort)(filter.Length / 8));
            BitConverter.TryWriteBytes(program[IntPtr.Size..], (long)pinned.AddrOfPinnedObject());
            _socket.SetRawSocketOption(SocketLevel, AttachFilter, program[..(2 * IntPtr.Size)]);
        }
        finally
        {
            pinned.Free();
        }
    }

    /// <summary>Listens to the solicited-node groups of addresses, else switches and network cards would keep their solicitations away. As far as it can be done.</summary>
    public void Join(int index, IEnumerable<IPAddress> addresses)
    {
        _groups.ForEach(group => group.Dispose());
        _groups.Clear();
        foreach (var some in addresses.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6).Chunk(50))
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            _groups.Add(socket);
            foreach (var address in some)
            {
                try
                {
                    socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(SolicitedNode.GroupOf(address), index));
                }
                catch (SocketException)
                {
                    // An interface without IPv6; where nothing filters, solicitations still come.
                    return;
                }
            }
        }
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => _socket.SendAsync(frame, SocketFlags.None, cancellationToken);

    public ValueTask<int> ReceiveAsync(Memory<byte> frame, CancellationToken cancellationToken) => _socket.ReceiveAsync(frame, SocketFlags.None, cancellationToken);

    public void Dispose()
    {
        _groups.ForEach(group => group.Dispose());
        _socket.Dispose();
    }

    /// <summary>struct sockaddr_ll.</summary>
    private sealed class LinkLayerEndPoint(int index, ushort protocol) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, LinkLayerAddressSize);
            var octets = address.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(octets[2..], protocol);
            BitConverter.TryWriteBytes(octets[4..], index);
            return address;
        }
    }
}
