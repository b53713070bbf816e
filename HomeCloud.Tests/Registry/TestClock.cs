namespace HomeCloud.Tests.Registry;

/// <summary>Time that passes only when a test says so.</summary>
internal sealed class TestClock : TimeProvider
{
    private DateTimeOffset _now = Records.Since;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => _now += by;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;
}
