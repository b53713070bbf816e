using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Net.Addresses;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>
/// Serves one UDP socket with nothing but System.Net, for platforms without recvmmsg. A reply leaves from the address
/// the query came to: on a wildcard, the first query to an address opens a worker for it, which gets those that follow.
/// </summary>
internal sealed class ManagedUdpWorker : IUdpWorker, IReplySource
{
    /// <summary>How long a wait lasts at most: not every platform can end one.</summary>
    private static readonly TimeSpan StopNoticed = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;
    private readonly IQueryHandler _handler;
    private readonly ILogger _logger;
    private readonly byte[] _buffer = new byte[UdpBatch.BufferSize];
    private readonly ReplyPathPool<ManagedReplyPath> _replyPaths;
    private readonly ClientAddress _boundTo;
    private readonly ManagedAddressWorkers? _addresses;
    private readonly Thread _thread;
    private SocketAddress _peer;
    private ManagedUdpWorker _answering;
    private volatile bool _stopping;

    /// <param name="socket">A bound socket from <see cref="UdpSocket"/>; owned from here on.</param>
    public ManagedUdpWorker(Socket socket, IQueryHandler handler, ILogger logger)
        : this(socket, handler, logger, new TransportCounters())
    {
    }

    private ManagedUdpWorker(Socket socket, IQueryHandler handler, ILogger logger, TransportCounters counters)
    {
        _socket = socket;
        _handler = handler;
        _logger = logger;
        Local = (IPEndPoint)socket.LocalEndPoint!;
        Counters = counters;
        Errors = new ReceiveErrors(Local, logger);
        _answering = this;
        if (SpecialRanges.IsUnspecified(Local.Address))
            _addresses = new ManagedAddressWorkers(socket, specific => new ManagedUdpWorker(specific, handler, logger, counters));
        else
            _boundTo = ClientAddress.From(Local.Address);
        _peer = new SocketAddress(socket.AddressFamily);
        _replyPaths = new(pool => new ManagedReplyPath(_socket, Counters, pool));
        _thread = new Thread(Run) { IsBackground = true, Name = $"dns udp {Local}" };
    }

    public IPEndPoint Local { get; }

    /// <summary>Shared with the workers of the addresses, if this one has a wildcard.</summary>
    public TransportCounters Counters { get; }

    internal ReceiveErrors Errors { get; }

    public int Outstanding => _replyPaths.Outstanding + (_addresses?.Outstanding ?? 0);

    public void Start() => _thread.Start();

    /// <summary>Asks for the end without waiting for it.</summary>
    public void BeginStop() => _stopping = true;

    public void Stop()
    {
        BeginStop();
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
            _thread.Join();
        _addresses?.Stop();
    }

    public void Dispose()
    {
        Stop();
        _addresses?.Dispose();
        _socket.Dispose();
    }

    public IReplyPath CaptureReplyPath()
    {
        var path = _answering._replyPaths.Rent();
        path.Open(_peer);
        return path;
    }

    private void Run()
    {
        // The loop ends when told to stop and nothing more has arrived.
        var waited = (int)StopNoticed.TotalMicroseconds;
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
                if (_stopping)
                    return;

                // Windows reports an unreachable client on the next receive; it concerns that client only.
                if (exception.SocketErrorCode == SocketError.ConnectionReset)
                    continue;
                Errors.Say(exception.NativeErrorCode, exception.Message);
                Thread.Sleep(ReceiveErrors.Rest);
            }
        }
    }

    private void ServeOne()
    {
        var local = _boundTo;
        var received = _addresses is null ? Receive(out var sender) : ReceiveAnywhere(_addresses, out sender, out local);
        var disposition = Disposition.Dropped;
        var length = 0;
        if (sender is { Port: > 0 })
            disposition = Handle(ClientAddress.From(sender.Address), local, received, out length);
        if (disposition == Disposition.Answered)
            Send(length);
        Counters.AddShared(1, disposition == Disposition.Answered ? 1 : 0, disposition == Disposition.Deferred ? 1 : 0);
    }

    private void Send(int length)
    {
        try
        {
            _answering._socket.SendTo(_buffer.AsSpan(0, length), SocketFlags.None, _peer);
        }
        catch (SocketException)
        {
            // No way to this client, or a firewall of ours: the others are served all the same.
            Counters.AddRefused();
        }
    }

    private int Receive(out IPEndPoint? sender)
    {
        _peer.Size = _peer.Buffer.Length;
        var received = _socket.ReceiveFrom(_buffer, SocketFlags.None, _peer);
        sender = new IPEndPoint(0, 0).Create(_peer) as IPEndPoint;
        return received;
    }

    private int ReceiveAnywhere(ManagedAddressWorkers addresses, out IPEndPoint? sender, out ClientAddress local)
    {
        var flags = SocketFlags.None;
        EndPoint anyone = new IPEndPoint(Local.Address, 0);
        var received = _socket.ReceiveMessageFrom(_buffer, ref flags, ref anyone, out var arrival);
        sender = anyone as IPEndPoint;
        _peer = anyone.Serialize();
        local = arrival.Address is null ? default : ClientAddress.From(arrival.Address);
        _answering = addresses.Find(arrival) ?? this;
        return received;
    }

    private Disposition Handle(ClientAddress client, ClientAddress local, int received, out int length)
    {
        var context = new QueryContext
        {
            Client = client,
            Local = local,
            Transport = QueryTransport.Udp,
            NowMilliseconds = BootClock.Milliseconds,
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
