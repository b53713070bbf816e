namespace HomeCloud.Registry.Embedded;

/// <summary>
/// Who is alive, judged by the monotonic clock, so that a clock that jumps kills nobody. An owner that wrote or renewed in
/// this process is alive until its lease runs out; one without a lease, until the process ends. Not thread-safe.
/// </summary>
internal sealed class OwnerLeases(TimeProvider time)
{
    private readonly Dictionary<string, TimeSpan> _expires = [];
    private readonly long _start = time.GetTimestamp();

    private TimeSpan Now => time.GetElapsedTime(_start);

    public IReadOnlyCollection<string> Owners => _expires.Keys;

    /// <summary>A sign of life without a lease.</summary>
    public void Claim(string owner)
    {
        if (!_expires.TryGetValue(owner, out var expires) || expires <= Now)
            _expires[owner] = TimeSpan.MaxValue;
    }

    /// <summary>An owner that is only known from the file: alive for now.</summary>
    public void Expect(string owner, TimeSpan duration) => _expires[owner] = Add(duration);

    public void Renew(string owner, TimeSpan duration) => _expires[owner] = Add(duration);

    public void Forget(string owner) => _expires.Remove(owner);

    public bool IsAlive(string owner) => _expires.TryGetValue(owner, out var expires) && expires > Now;

    /// <summary>How long until the next lease runs out; null when none does.</summary>
    public TimeSpan? UntilNextExpiry()
    {
        var now = Now;
        TimeSpan? next = null;
        foreach (var expires in _expires.Values)
        {
            if (expires > now && expires != TimeSpan.MaxValue && (next is null || expires - now < next))
                next = expires - now;
        }

        return next;
    }

    private TimeSpan Add(TimeSpan duration)
    {
        var now = Now;
        return duration > TimeSpan.MaxValue - now ? TimeSpan.MaxValue : now + duration;
    }
}
