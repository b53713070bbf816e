namespace HomeCloud.Agent.Reconciliation;

/// <summary>One moment to wake up at, on the monotonic clock: a wall clock that jumps moves nothing.</summary>
internal sealed class Alarm(TimeProvider time)
{
    /// <summary>Timestamp; null while nothing is set.</summary>
    public long? At { get; private set; }

    public void Set(TimeSpan delay) => At = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);

    /// <summary>Sets it unless it is set already.</summary>
    public void Ensure(TimeSpan delay)
    {
        if (At is null)
            Set(delay);
    }

    public void Clear() => At = null;

    /// <summary>Whether the moment has come; clears it then.</summary>
    public bool Ring()
    {
        if (At is not { } at || at > time.GetTimestamp())
            return false;
        At = null;
        return true;
    }
}
