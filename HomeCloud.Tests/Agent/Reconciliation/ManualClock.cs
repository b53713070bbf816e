namespace HomeCloud.Tests.Agent.Reconciliation;

/// <summary>A clock that moves only when told to, and whose wall time can jump apart from its monotonic time.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private long _ticks = 1;
    private DateTimeOffset _wall = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Where the machine stands.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public override TimeZoneInfo LocalTimeZone => Zone;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
            return _ticks;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _wall;
    }

    /// <summary>How many timers wait: each is a wake-up.</summary>
    public int Armed
    {
        get
        {
            lock (_lock)
                return _timers.Count(timer => timer.At is not null);
        }
    }

    /// <summary>How long until the first of them; null without one.</summary>
    public TimeSpan? NextIn
    {
        get
        {
            lock (_lock)
                return _timers.Min(timer => timer.At) is { } at ? TimeSpan.FromTicks(at - _ticks) : null;
        }
    }

    /// <summary>What NTP does to a Raspberry Pi without a battery.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_lock)
            _wall += by;
    }

    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _ticks += by.Ticks;
            _wall += by;
            due = [.. _timers.Where(timer => timer.At <= _ticks)];
            foreach (var timer in due)
                timer.At = timer.Period is { } period ? _ticks + period : null;
        }

        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_lock)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long? At { get; set; }

        public long? Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                Period = period > TimeSpan.Zero ? period.Ticks : null;
                At = dueTime < TimeSpan.Zero ? null : clock._ticks + dueTime.Ticks;
            }

            if (dueTime == TimeSpan.Zero)
                callback(state);
            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
