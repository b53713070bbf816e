namespace HomeCloud.Dns.Zones;

/// <summary>
/// The SOA serial: seconds since 1970 of the last change. It only grows, also across restarts, because it never runs ahead
/// of the clock: a second change within one second shows as the next second begins. A change is thus never hidden from
/// a client that polls, and RFC 1982 comparisons hold until 2106 and beyond.
/// </summary>
/// <remarks>
/// A clock that is set forward, as on a board without an RTC once NTP answers, takes the serial with it: what an earlier
/// run has shown to a secondary must not stay ahead. A clock that is set back does not: the serial never goes back.
/// </remarks>
public sealed class ZoneSerial(TimeProvider time)
{
    private const long LookEveryMilliseconds = 1_000;

    private readonly Lock _writing = new();
    private long _unixSecondsAtZero = long.MinValue;
    private long _lookAt = long.MinValue;

    // Upper half: the serial that shows until the lower half's second begins; equal halves: nothing is pending.
    private long _state;

    /// <param name="nowMilliseconds">Of the same monotonic clock in every call.</param>
    public uint Current(long nowMilliseconds)
    {
        if (nowMilliseconds >= Volatile.Read(ref _lookAt))
        {
            lock (_writing)
                FollowClock(nowMilliseconds);
        }

        return Shown(nowMilliseconds);
    }

    /// <summary>Notes a change of zone content.</summary>
    /// <param name="nowMilliseconds">Of the same clock as in <see cref="Current"/>.</param>
    public void Changed(long nowMilliseconds)
    {
        lock (_writing)
        {
            FollowClock(nowMilliseconds);
            var shown = Shown(nowMilliseconds);
            var clock = Clock(nowMilliseconds);
            Volatile.Write(ref _state, (int)(clock - shown) > 0 ? Join(clock, clock) : Join(shown, shown + 1));
        }
    }

    private void FollowClock(long nowMilliseconds)
    {
        var atZero = time.GetUtcNow().ToUnixTimeSeconds() - (nowMilliseconds / 1000);

        // Both are cut to whole seconds: one second more is no step.
        if (_unixSecondsAtZero == long.MinValue || atZero > _unixSecondsAtZero + 1)
        {
            Volatile.Write(ref _unixSecondsAtZero, atZero);
            var clock = Clock(nowMilliseconds);
            Volatile.Write(ref _state, Join(clock, clock));
        }

        Volatile.Write(ref _lookAt, nowMilliseconds + LookEveryMilliseconds);
    }

    private uint Shown(long nowMilliseconds)
    {
        var state = Volatile.Read(ref _state);
        var pending = (uint)state;
        return (int)(Clock(nowMilliseconds) - pending) >= 0 ? pending : (uint)(state >> 32);
    }

    private uint Clock(long nowMilliseconds) => (uint)(Volatile.Read(ref _unixSecondsAtZero) + (nowMilliseconds / 1000));

    private static long Join(uint shown, uint pending) => (long)(((ulong)shown << 32) | pending);
}
