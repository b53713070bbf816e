using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport;

/// <summary>
/// Serves one UDP socket with nothing but System.Net, for platforms without recvmmsg. On a wildcard
/// address the reply leaves from the address routing picks, so bind explicit addresses there.
/// </summary>
internal sealed class ManagedUdpWorker : IUdpWorker, IReplySource
{
    private readonly Socket _socket;
    private readonly IQueryHandler _handler;
    private readonly ILogger _logger;
    private readonly SocketAddress _peer;
    private readonly byte[] _buffer = new byte[UdpBatch.BufferSize];
    private readonly ReplyPathPool<ManagedReplyPath> _replyPaths;
    private readonly ClientAddress _boundTo;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public ManagedUdpWorker(Socket socket, IQueryHandler handler, ILogger logger)
    {
        _socket = socket;
        _handler = handler;
        _logger = logger;
        Local = (IPEndPoint)socket.LocalEndPoint!;
        _boundTo = UdpSocket.IsWildcard(Local.Address) ? default : ClientAddress.From(Local.Address);
        _peer = new SocketAddress(socket.AddressFamily);
        _replyPaths = new(pool => new ManagedReplyPath(_socket, Counters, pool));
        _thread = new Thread(Run) { IsBackground = true, Name = $"dns udp {Local}" };
    }

    public IPEndPoint Local { get; }

    public TransportCounters Counters { get; } = new();

    public int Outstanding => _replyPaths.Outstanding;

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stopping = true;
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
            _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        _socket.Dispose();
    }

    public IReplyPath CaptureReplyPath()
    {
        var path = _replyPaths.Rent();
        path.Open(_peer);
        return path;
    }

    private void Run()
    {
        // The loop ends when told to stop and nothing more has arrived.
        var waited = (int)UdpSocket.ReceiveTimeout.TotalMicroseconds;
        while (true)
        {
            try
            {
                if (_socket.Poll(_stopping ? 0 : waited, SelectMode.SelectRead))
                    ServeOne();
                else if (_stopping)
                    return;
            }
            catch (SocketException exception)
            {
                // Windows reports an unreachable client on the next receive; it concerns that client only.
                if (exception.SocketErrorCode != SocketError.ConnectionReset)
                    TransportLog.ReceiveFailed(_logger, Local, exception.ErrorCode, exception.Message);
            }
        }
    }

    private void ServeOne()
    {
        _peer.Size = _peer.Buffer.Length;
        var received = _socket.ReceiveFrom(_buffer, SocketFlags.None, _peer);
        var client = new IPEndPoint(0, 0).Create(_peer) is IPEndPoint { Port: > 0 } sender ? sender : null;
        var disposition = Disposition.Dropped;
        var length = 0;
        if (client is not null)
            disposition = Handle(ClientAddress.From(client.Address), received, out length);
        if (disposition == Disposition.Answered)
            _socket.SendTo(_buffer.AsSpan(0, length), SocketFlags.None, _peer);
        Counters.AddBatch(1, disposition == Disposition.Answered ? 1 : 0, disposition == Disposition.Deferred ? 1 : 0, 0);
    }

    private Disposition Handle(ClientAddress client, int received, out int length)
    {
        var context = new QueryContext
        {
            Client = client,
            Local = _boundTo,
            Transport = QueryTransport.Udp,
            NowMilliseconds = Environment.TickCount64,
            Replies = this,
        };
        try
        {
            return _handler.Handle(_buffer, received, in context, out length);
        }
        catch (Exception exception)
        {
            Counters.AddFailed();
            TransportLog.HandlerFailed(_logger, client, exception);
            length = 0;
            return Disposition.Dropped;
        }
    }
}
