using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport.Instruments;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>The way back for one datagram received by <see cref="ManagedUdpWorker"/>.</summary>
internal sealed class ManagedReplyPath(
    Socket socket, TransportCounters counters, ReplyPathPool<ManagedReplyPath> pool) : IReplyPath
{
    private readonly SocketAddress _peer = new(socket.AddressFamily);

    public void Open(SocketAddress peer)
    {
        peer.Buffer.Span[..peer.Size].CopyTo(_peer.Buffer.Span);
        _peer.Size = peer.Size;
    }

    public void Send(ReadOnlySpan<byte> response)
    {
        try
        {
            // Synchronous on purpose: one asynchronous operation would make the socket non-blocking for its worker.
            socket.SendTo(response, SocketFlags.None, _peer);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            counters.AddRefused();
        }
        finally
        {
            pool.Return(this);
        }
    }

    public void Abandon() => pool.Return(this);
}
