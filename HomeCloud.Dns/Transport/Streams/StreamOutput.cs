namespace HomeCloud.Dns.Transport.Streams;

/// <summary>
/// The sending side of one connection. The reader's batch and late answers take turns; late answers that
/// pile up while another write is under way leave together in the next one.
/// </summary>
internal sealed class StreamOutput(Stream stream, int writeMilliseconds) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private FrameWriter _late = new();
    private FrameWriter _spare = new();
    private List<byte[]>? _overflow;
    private bool _flushing;
    private long _deadline = long.MaxValue;

    /// <summary>When the write under way must be finished, in <see cref="Environment.TickCount64"/>: a client that does not read loses its connection.</summary>
    public long Deadline => Volatile.Read(ref _deadline);

    /// <summary>Writes when the others have written.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> frames)
    {
        // Nearly always it is nobody else's turn and the write is over at once; then there is nothing to await.
        if (!_turn.Wait(0))
            return AwaitTurnAsync(frames);
        var writing = WriteInTurnAsync(frames);
        if (!writing.IsCompletedSuccessfully)
            return AwaitWriteAsync(writing);
        _turn.Release();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits until late answers queued before are written.</summary>
    public async ValueTask FlushAsync()
    {
        await _turn.WaitAsync();
        _turn.Release();
    }

    /// <summary>Queues one message and returns at once; it is copied.</summary>
    public void WriteLate(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (_late.HasRoom)
                _late.Append(message);
            else
                (_overflow ??= []).Add(message.ToArray());
            if (_flushing)
                return;
            _flushing = true;
        }

        _ = FlushLateAsync();
    }

    public void Dispose()
    {
        _turn.Dispose();
        lock (_lock)
        {
            _late.Dispose();
            _spare.Dispose();
        }
    }

    private async ValueTask AwaitTurnAsync(ReadOnlyMemory<byte> frames)
    {
        await _turn.WaitAsync();
        await AwaitWriteAsync(WriteInTurnAsync(frames));
    }

    private async ValueTask AwaitWriteAsync(ValueTask writing)
    {
        try
        {
            await writing;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task FlushLateAsync()
    {
        try
        {
            await _turn.WaitAsync();
            try
            {
                while (TakeLate() is { } frames)
                {
                    await WriteInTurnAsync(frames.Content);
                    frames.Dispose();
                }
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (Exception exception) when (ClientConnection.IsGone(exception))
        {
            // The client went away; its reader notices by itself. Further late answers stay unsent.
        }
    }

    private FrameWriter? TakeLate()
    {
        lock (_lock)
        {
            if (_late.Written == 0)
            {
                _flushing = false;
                return null;
            }

            (_late, _spare) = (_spare, _late);
            while (_overflow is { Count: > 0 } && _late.HasRoom)
            {
                _late.Append(_overflow[0]);
                _overflow.RemoveAt(0);
            }

            return _spare;
        }
    }

    private async ValueTask WriteInTurnAsync(ReadOnlyMemory<byte> frames)
    {
        Volatile.Write(ref _deadline, Environment.TickCount64 + writeMilliseconds);
        await stream.WriteAsync(frames);
        Volatile.Write(ref _deadline, long.MaxValue);
    }
}
