using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Dns.Transport.Native;
using HomeCloud.Net.Addresses;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>
/// Receives, handles and sends datagrams in batches, on a thread of its own that blocks in the kernel:
/// no pool, no await, nothing allocated. Linux only.
/// </summary>
internal sealed class BatchedUdpWorker : IUdpWorker, IReplySource
{
    private const int MaxDrainBatches = 64;

    private readonly Socket _socket;
    private readonly SafeSocketHandle _handle;
    private readonly IQueryHandler _handler;
    private readonly ILogger _logger;
    private readonly UdpBatch _batch;
    private readonly ReplyPathPool<BatchedReplyPath> _replyPaths;
    private readonly ManualResetEvent _stopped = new(false);
    private readonly ClientAddress _boundTo;
    private readonly bool _wildcard;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private int _current;

    /// <param name="socket">A bound socket from <see cref="UdpSocket"/>; owned from here on.</param>
    public BatchedUdpWorker(Socket socket, IQueryHandler handler, ILogger logger)
    {
        _socket = socket;
        _handle = socket.SafeHandle;
        _handler = handler;
        _logger = logger;
        Local = (IPEndPoint)socket.LocalEndPoint!;
        Errors = new ReceiveErrors(Local, logger);
        _wildcard = SpecialRanges.IsUnspecified(Local.Address);
        _boundTo = _wildcard ? default : ClientAddress.From(Local.Address);
        _batch = new UdpBatch(_wildcard);
        _replyPaths = new(pool => new BatchedReplyPath(_handle, Counters, pool));
        _thread = new Thread(Run) { IsBackground = true, Name = $"dns udp {Local}" };
    }

    public IPEndPoint Local { get; }

    public TransportCounters Counters { get; } = new();

    internal ReceiveErrors Errors { get; }

    public int Outstanding => _replyPaths.Outstanding;

    public void Start() => _thread.Start();

    public void Stop()
    {
        _stopping = true;
        _stopped.Set();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
            return;
        UdpSocket.EndReceiving(_socket);
        _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        _socket.Dispose();
        _stopped.Dispose();
    }

    public IReplyPath CaptureReplyPath()
    {
        var path = _replyPaths.Rent();
        path.Open(_batch.Peer(_current), _batch.Control(_current));
        return path;
    }

    private void Run()
    {
        while (!_stopping)
        {
            var count = _batch.Receive(_handle, ReceiveBatch.WaitForOne);
            if (count > 0)
                Serve(count);
            else
                OnReceiveError(Marshal.GetLastPInvokeError());
        }

        // What the kernel has taken for us is answered before we go.
        for (var i = 0; i < MaxDrainBatches; i++)
        {
            var count = _batch.Receive(_handle, ReceiveBatch.DoNotWait);
            if (count <= 0)
                break;
            Serve(count);
        }
    }

    private void Serve(int count)
    {
        var now = BootClock.Milliseconds;
        var answered = 0;
        var deferred = 0;
        for (_current = 0; _current < count; _current++)
        {
            switch (Handle(now, out var length))
            {
                case Disposition.Answered:
                    _batch.Answer(_current, length);
                    answered++;
                    break;
                case Disposition.Deferred:
                    deferred++;
                    break;
            }
        }

        var refused = _batch.Send(_handle, count);
        Counters.AddBatch(count, answered, deferred, refused);
    }

    private Disposition Handle(long now, out int length)
    {
        length = 0;
        if (!SocketAddressBytes.TryRead(_batch.Peer(_current), out var client))
            return Disposition.Dropped;

        var context = new QueryContext
        {
            Client = client,
            Local = _wildcard ? SocketAddressBytes.ReadLocal(_batch.Control(_current)) : _boundTo,
            Transport = QueryTransport.Udp,
            NowMilliseconds = now,
            Replies = this,
        };
        try
        {
            return _handler.Handle(_batch.Buffer(_current), _batch.Length(_current), in context, out length);
        }
        catch (Exception exception)
        {
            // A bug met by one query must not take the household's DNS down.
            Counters.AddFailed();
            TransportLog.HandlerFailed(_logger, client, exception);
            length = 0;
            return Disposition.Dropped;
        }
    }

    private void OnReceiveError(int errno)
    {
        if (errno is Errno.TryAgain or Errno.Interrupted || _stopping)
            return;

        Errors.Say(errno, Marshal.GetPInvokeErrorMessage(errno));
        _stopped.WaitOne(ReceiveErrors.Rest);
    }
}
