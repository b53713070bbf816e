namespace HomeCloud.Dns.Zones;

/// <summary>
/// The SOA serial: seconds since 1970 of the last change. It only grows, also across restarts, because it never runs ahead
/// of the clock: a second change within one second shows as the next second begins. A change is thus never hidden from
/// somebody who polls, and RFC 1982 comparisons hold until 2106 and beyond. Time inside the process is monotonic.
/// </summary>
public sealed class ZoneSerial
{
    private readonly long _unixSecondsAtZero;

    // Upper half: the serial that shows until the lower half's second begins; equal halves: nothing is pending.
    private long _state;

    public ZoneSerial(DateTimeOffset now, long nowMilliseconds)
    {
        _unixSecondsAtZero = now.ToUnixTimeSeconds() - (nowMilliseconds / 1000);
        var serial = (uint)now.ToUnixTimeSeconds();
        _state = Join(serial, serial);
    }

    public uint Current(long nowMilliseconds)
    {
        var state = Volatile.Read(ref _state);
        var pending = (uint)state;
        return (int)(Clock(nowMilliseconds) - pending) >= 0 ? pending : (uint)(state >> 32);
    }

    /// <summary>Notes a change of zone content. One writer at a time.</summary>
    public void Changed(long nowMilliseconds)
    {
        var shown = Current(nowMilliseconds);
        var clock = Clock(nowMilliseconds);
        Volatile.Write(ref _state, (int)(clock - shown) > 0 ? Join(clock, clock) : Join(shown, shown + 1));
    }

    private uint Clock(long nowMilliseconds) => (uint)(_unixSecondsAtZero + (nowMilliseconds / 1000));

    private static long Join(uint shown, uint pending) => (long)(((ulong)shown << 32) | pending);
}
