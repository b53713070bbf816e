namespace HomeCloud.Tests.Dns.Resolving.Ability;

/// <summary>Time that passes as it does, and by as much more as a test says. Timers are those of the system.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _passed;
    private long _wrong;

    /// <summary>So much time has passed.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref _passed, time.Ticks);

    /// <summary>The clock, by so much, is not what it should be.</summary>
    public void SetClock(TimeSpan wrong) => Interlocked.Exchange(ref _wrong, wrong.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _passed) + Interlocked.Read(ref _wrong));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(new TimeSpan(Interlocked.Read(ref _passed)).TotalSeconds * TimestampFrequency);
}
