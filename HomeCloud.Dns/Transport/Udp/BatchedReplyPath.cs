using System.Runtime.InteropServices;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport.Instruments;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>The way back for one datagram received by <see cref="BatchedUdpWorker"/>. Sending is one blocking call and allocates nothing.</summary>
internal sealed class BatchedReplyPath(
    SafeHandle socket, TransportCounters counters, ReplyPathPool<BatchedReplyPath> pool) : IReplyPath
{
    private readonly byte[] _peer = new byte[32];
    private readonly byte[] _control = new byte[64];
    private int _peerLength;
    private int _controlLength;

    public void Open(ReadOnlySpan<byte> peer, ReadOnlySpan<byte> control)
    {
        peer.CopyTo(_peer);
        control.CopyTo(_control);
        _peerLength = peer.Length;
        _controlLength = control.Length;
    }

    public void Send(ReadOnlySpan<byte> response)
    {
        try
        {
            if (!UdpReply.Send(socket, _peer.AsSpan(0, _peerLength), _control.AsSpan(0, _controlLength), response))
                counters.AddRefused();
        }
        catch (ObjectDisposedException)
        {
            // The answer came after the grace period of a stop: nobody is left to send it.
            counters.AddRefused();
        }
        finally
        {
            pool.Return(this);
        }
    }

    public void Abandon() => pool.Return(this);
}
