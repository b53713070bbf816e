namespace HomeCloud.Dns.Transport.Instruments;

/// <summary>
/// How long this machine stood still without any of its monotonic clocks noticing: a virtual machine that is paused or
/// restored finds out when its wall clock is set forward. A clock that was merely wrong counts too; then an answer expires
/// early, which costs one question to an upstream. A clock that is set back changes nothing.
/// </summary>
internal sealed class PausedTime(TimeProvider time)
{
    private const long LookEveryMilliseconds = 1_000;

    /// <summary>Less than this is how a clock is adjusted, not a pause.</summary>
    private const long LeastMilliseconds = 1_000;

    private readonly Lock _looking = new();
    private long _lookAt = long.MinValue;
    private long? _wallAtZero;
    private long _sum;

    /// <summary>All pauses so far, in milliseconds. The wall clock is looked at once a second.</summary>
    /// <param name="now">Monotonic milliseconds.</param>
    public long Until(long now)
    {
        if (now >= Volatile.Read(ref _lookAt))
            Look(now);
        return Volatile.Read(ref _sum);
    }

    private void Look(long now)
    {
        lock (_looking)
        {
            var wallAtZero = time.GetUtcNow().ToUnixTimeMilliseconds() - now;
            if (_wallAtZero is { } before && wallAtZero - before >= LeastMilliseconds)
                Volatile.Write(ref _sum, _sum + wallAtZero - before);
            _wallAtZero = wallAtZero;
            Volatile.Write(ref _lookAt, now + LookEveryMilliseconds);
        }
    }
}
