namespace HomeCloud.Dns.Transport.Instruments;

/// <summary>What one worker or listener did since it started. Read by anyone at any time.</summary>
public sealed class TransportCounters
{
    private long _received;
    private long _answered;
    private long _deferred;
    private long _dropped;
    private long _refused;
    private long _failed;

    /// <summary>Messages received.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Answered at once by the worker that received the query.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>To be answered later, after asking upstream.</summary>
    public long Deferred => Volatile.Read(ref _deferred);

    /// <summary>Dropped in silence.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Responses that the kernel refused to send.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Queries whose handling threw: always a bug.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>For a worker whose only writer is its own thread.</summary>
    internal void AddBatch(int received, int answered, int deferred, int refused)
    {
        _received += received;
        _answered += answered;
        _deferred += deferred;
        _dropped += received - answered - deferred;
        _refused += refused;
    }

    /// <summary>For those who share them: the connections of a listener, the workers of single addresses beside a wildcard.</summary>
    internal void AddShared(int received, int answered, int deferred)
    {
        Interlocked.Add(ref _received, received);
        Interlocked.Add(ref _answered, answered);
        Interlocked.Add(ref _deferred, deferred);
        Interlocked.Add(ref _dropped, received - answered - deferred);
    }

    internal void AddRefused() => Interlocked.Increment(ref _refused);

    internal void AddFailed() => Interlocked.Increment(ref _failed);
}
