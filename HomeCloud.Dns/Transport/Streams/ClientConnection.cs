using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Transport.Instruments;

namespace HomeCloud.Dns.Transport.Streams;

/// <summary>
/// One TCP or TLS client (RFC 7766, RFC 9210, RFC 7858). All whole messages of one read are answered by
/// one write; answers that take longer follow in any order. Who is too slow is closed by <see cref="ConnectionTable"/>.
/// </summary>
internal sealed class ClientConnection : IReplySource
{
    private readonly Socket _socket;
    private readonly StreamService _service;
    private readonly ConnectionLimits _limits;
    private readonly ClientAddress _local;
    private readonly OutstandingQueries _outstanding = new();
    private StreamOutput? _output;
    private ITransferMessages? _transfer;
    private long _readDeadline;
    private bool _readingMessage;
    private long _lastQuery = Environment.TickCount64;

    public ClientConnection(Socket socket, StreamService service, ConnectionLimits limits)
    {
        _socket = socket;
        _service = service;
        _limits = limits;
        Client = ClientAddress.From(((IPEndPoint)socket.RemoteEndPoint!).Address);
        _local = ClientAddress.From(((IPEndPoint)socket.LocalEndPoint!).Address);
        _readDeadline = Environment.TickCount64 + limits.IdleMilliseconds;
    }

    public ClientAddress Client { get; }

    public int Outstanding => _outstanding.Count;

    /// <summary>When the last whole query came, or the connection began.</summary>
    public long LastQuery => Volatile.Read(ref _lastQuery);

    /// <summary>Whether a time limit has passed; a connection that is only waiting for our own answer is not late.</summary>
    public bool IsLate(long now) =>
        now > (_output?.Deadline ?? long.MaxValue)
        || (now > Volatile.Read(ref _readDeadline) && (Volatile.Read(ref _readingMessage) || Outstanding == 0));

    /// <summary>Told to close; its place is free for another one. Guarded by the table.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Closes at once, from any thread.</summary>
    public void Abort() => _socket.Dispose();

    /// <summary>Takes no more queries; closes after what was taken is answered.</summary>
    public void Finish()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            // Closed meanwhile, which is what we wanted.
        }
    }

    /// <summary>Whether reading and writing may block a thread of its own: a TLS handshake may not.</summary>
    public bool MayBlock => _service.Transport == QueryTransport.Tcp;

    /// <param name="ownThread">Whether the calling thread belongs to this connection.</param>
    public async Task RunAsync(bool ownThread)
    {
        try
        {
            _socket.NoDelay = true;
            await using var stream = await _service.OpenAsync(_socket, ownThread);
            using var output = new StreamOutput(stream, _limits.MessageMilliseconds);
            Volatile.Write(ref _output, output);
            await ServeAsync(stream, output);
            await _outstanding.WaitAsync(0);
            await output.FlushAsync();
        }
        catch (AuthenticationException exception)
        {
            TransportLog.HandshakeFailed(_service.Logger, Client, exception.Message);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            // The client closed, or Abort did.
        }
        catch (Exception exception)
        {
            TransportLog.ConnectionFailed(_service.Logger, Client, exception);
        }
        finally
        {
            _socket.Dispose();
        }
    }

    public IReplyPath CaptureReplyPath()
    {
        _outstanding.Add();
        return new StreamReplyPath(this);
    }

    public void SendLate(ReadOnlySpan<byte> response)
    {
        try
        {
            _output?.WriteLate(response);
        }
        finally
        {
            _outstanding.Remove();
        }
    }

    public void AbandonLate() => _outstanding.Remove();

    public static bool IsGone(Exception exception) => exception is SocketException or IOException or ObjectDisposedException;

    private async Task ServeAsync(Stream stream, StreamOutput output)
    {
        using var reader = new FrameReader();
        using var answers = new FrameWriter();
        while (true)
        {
            await _outstanding.WaitAsync(_limits.MaxOutstanding - 1);
            SetReadDeadline(reader.HasPartial);
            var count = await stream.ReadAsync(reader.Free());
            if (count == 0)
                return;

            reader.Advance(count);
            var round = Round.AllServed;
            do
            {
                round = ServeRound(reader, answers);
                if (answers.Written > 0)
                    await output.WriteAsync(answers.Content);
                answers.Dispose();
                if (round == Round.Transfer)
                    await TransferAsync(output, answers);
            }
            while (round is Round.OutputFull or Round.Transfer);

            if (round == Round.Refused)
                return;
        }
    }

    /// <summary>A message's time starts with its first byte, and further bytes do not extend it.</summary>
    private void SetReadDeadline(bool partial)
    {
        if (partial && _readingMessage)
            return;

        Volatile.Write(ref _readDeadline, Environment.TickCount64 + (partial ? _limits.MessageMilliseconds : _limits.IdleMilliseconds));
        Volatile.Write(ref _readingMessage, partial);
    }

    private Round ServeRound(FrameReader reader, FrameWriter answers)
    {
        var now = BootClock.Milliseconds;
        int received = 0, answered = 0, deferred = 0;
        var round = Round.AllServed;
        while (round == Round.AllServed && reader.TryRead(out var query))
        {
            received++;
            if (IsTransfer(query, now))
            {
                answered++;
                round = Round.Transfer;
                break;
            }

            var buffer = answers.Next();
            query.CopyTo(buffer);
            switch (Handle(buffer, query.Length, now, out var length))
            {
                case Disposition.Answered:
                    answers.Commit(length);
                    answered++;
                    break;
                case Disposition.Deferred:
                    deferred++;
                    break;
                default:
                    // A client that sends what deserves no answer is not worth a connection.
                    round = Round.Refused;
                    break;
            }

            if (round == Round.AllServed && !answers.HasRoom)
                round = Round.OutputFull;
        }

        if (received > 0)
        {
            // What was asked takes as long as it takes, a whole zone for instance; only writing has a limit then.
            Volatile.Write(ref _readDeadline, long.MaxValue);
            Volatile.Write(ref _readingMessage, false);
            Volatile.Write(ref _lastQuery, Environment.TickCount64);
            _service.Counters.AddShared(received, answered, deferred);
        }

        return round;
    }

    private bool IsTransfer(ReadOnlySpan<byte> query, long now)
    {
        _transfer = _service.Transfers?.TryBegin(query, Context(now));
        return _transfer is not null;
    }

    /// <summary>Sends a zone as the client takes it; queries behind it wait, as the client asked for all of it.</summary>
    private async ValueTask TransferAsync(StreamOutput output, FrameWriter messages)
    {
        using var transfer = _transfer!;
        bool more;
        do
        {
            more = false;
            while (messages.HasRoom && (more = transfer.TryWriteNext(messages.Next(), out var length)))
                messages.Commit(length);
            if (messages.Written > 0)
                await output.WriteAsync(messages.Content);
            messages.Dispose();
            Volatile.Write(ref _lastQuery, Environment.TickCount64);
        }
        while (more);
    }

    private QueryContext Context(long now) => new()
    {
        Client = Client,
        Local = _local,
        Transport = _service.Transport,
        NowMilliseconds = now,
        Replies = this,
    };

    private Disposition Handle(Span<byte> buffer, int queryLength, long now, out int length)
    {
        try
        {
            return _service.Handler.Handle(buffer, queryLength, Context(now), out length);
        }
        catch (Exception exception)
        {
            _service.Counters.AddFailed();
            TransportLog.HandlerFailed(_service.Logger, Client, exception);
            length = 0;
            return Disposition.Dropped;
        }
    }

    private enum Round
    {
        AllServed,
        OutputFull,
        Transfer,
        Refused,
    }
}
