namespace HomeCloud.Dns.Serving;

/// <summary>The clock that TTLs are counted by, the same as <see cref="QueryContext.NowMilliseconds"/>.</summary>
/// <param name="Milliseconds">Monotonic.</param>
public sealed record ServingClock(Func<long> Milliseconds)
{
    public static ServingClock System { get; } = new(static () => Environment.TickCount64);
}
