using System.Buffers;
using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>One TCP or TLS connection, many queries at a time, answers in any order (RFC 7766 §6.2.1.1).</summary>
internal sealed class UpstreamConnection : IUpstreamConnection
{
    /// <summary>More would be a sign that the other side answers nothing.</summary>
    private const int MaxPending = 1_000;

    private const int MaxMismatches = 100;

    private readonly Stream _stream;
    private readonly Dictionary<ushort, PendingExchange> _pending = [];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ITimer _idleTimer;
    private readonly SilenceWatch _silence;
    private bool _closed;
    private bool _retired;
    private int _answers;
    private bool _usedSinceTick = true;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    public UpstreamConnection(Stream stream, TimeProvider time)
    {
        _stream = stream;
        _silence = new SilenceWatch(time);
        _idleTimer = time.CreateTimer(static state => ((UpstreamConnection)state!).CloseIfIdle(), this, Idle, Idle);
        _ = ReadAllAsync();
    }

    public bool IsOpen
    {
        get
        {
            lock (_pending)
                return !_closed && !_retired;
        }
    }

    public int Answers => Volatile.Read(ref _answers);

    public int Abandoned { get; private set; }

    public TimeSpan Silence => _silence.Silence;

    public async ValueTask<ExchangeResult> ExchangeAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        var frame = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)query.Length);
        query.CopyTo(frame.AsMemory(2));
        var pending = new PendingExchange(frame[2..]);
        if (!TryRegister(pending, out var id))
            return ExchangeResult.Unreachable("connection closed");
        MessageHeader.SetId(frame.AsSpan(2), id);
        try
        {
            await SendAsync(frame, cancellation);
            return await pending.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return new ExchangeResult(ExchangeStatus.TimedOut);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            Close("connection closed");
            return ExchangeResult.Unreachable("connection closed");
        }
        finally
        {
            EndExchange(id, pending);
        }
    }

    public void Retire()
    {
        lock (_pending)
        {
            _retired = true;
            if (_pending.Count > 0)
                return;
        }

        Close("silent");
    }

    public void Dispose() => Close("closed by us");

    private async ValueTask SendAsync(byte[] frame, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            // Length and message leave in one segment (RFC 7766 §8). Half a frame would spoil the connection for all
            // others on it, so the write itself is not cancelled.
            await _stream.WriteAsync(frame, CancellationToken.None).AsTask().WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            Close("write timed out");
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool TryRegister(PendingExchange pending, out ushort id)
    {
        lock (_pending)
        {
            id = 0;
            if (_closed || _retired || _pending.Count >= MaxPending)
                return false;
            do
                id = QueryWriter.RandomId();
            while (!_pending.TryAdd(id, pending));
            MessageHeader.SetId(pending.Query, id);
            _usedSinceTick = true;
            _silence.Sent();
            return true;
        }
    }

    private void EndExchange(ushort id, PendingExchange pending)
    {
        lock (_pending)
        {
            // Once answered, its id may be another's.
            if (_pending.TryGetValue(id, out var current) && ReferenceEquals(current, pending))
                _pending.Remove(id);
            if (!_retired || _pending.Count > 0)
                return;
        }

        Close("silent");
    }

    private async Task ReadAllAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        var problem = "connection closed by the upstream";
        try
        {
            var length = 0;
            var mismatches = 0;
            while (mismatches < MaxMismatches)
            {
                var read = await _stream.ReadAsync(buffer.AsMemory(length));
                if (read == 0)
                    break;
                length += read;
                var consumed = Dispatch(buffer.AsSpan(0, length), ref mismatches);
                buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
                length -= consumed;
                if (length < buffer.Length)
                    continue;
                var larger = ArrayPool<byte>.Shared.Rent(MessageHeader.MaxMessageSize + 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            problem = "connection broken";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Close(problem);
        }
    }

    /// <returns>Octets of whole frames.</returns>
    private int Dispatch(ReadOnlySpan<byte> octets, ref int mismatches)
    {
        var consumed = 0;
        while (octets.Length - consumed >= 2)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(octets[consumed..]);
            if (octets.Length - consumed - 2 < length)
                break;
            mismatches = Complete(octets.Slice(consumed + 2, length)) ? 0 : mismatches + 1;
            consumed += length + 2;
        }

        return consumed;
    }

    private bool Complete(ReadOnlySpan<byte> reply)
    {
        PendingExchange? pending = null;
        lock (_pending)
        {
            var matches = reply.Length >= MessageHeader.Size
                && _pending.TryGetValue(MessageHeader.Id(reply), out pending)
                && ReplyMatcher.Check(pending.Query, reply, exactCase: false) != ReplyMatch.Mismatch;
            if (matches)
                _pending.Remove(MessageHeader.Id(reply));
            _answers++;
            _silence.Received(owesMore: _pending.Count > 0);
            if (!matches)
                return false;
        }

        pending!.TrySetResult(ExchangeResult.Answered(reply.ToArray()));
        return true;
    }

    private void CloseIfIdle()
    {
        lock (_pending)
        {
            if (_pending.Count > 0 || _usedSinceTick)
            {
                _usedSinceTick = false;
                return;
            }
        }

        Close("idle");
    }

    private void Close(string reason)
    {
        PendingExchange[] abandoned;
        lock (_pending)
        {
            if (_closed)
                return;
            _closed = true;
            abandoned = [.. _pending.Values];
            Abandoned = abandoned.Length;
            _pending.Clear();
        }

        _idleTimer.Dispose();
        _stream.Dispose();
        foreach (var pending in abandoned)
            pending.TrySetResult(ExchangeResult.Unreachable(reason));
    }
}

/// <summary>A query on a stream connection that waits for its answer.</summary>
internal sealed class PendingExchange(byte[] query) : TaskCompletionSource<ExchangeResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The query as sent, without the length prefix.</summary>
    public byte[] Query { get; } = query;
}
