using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>What is known of the servers that may fall asleep and are awake. Safe for concurrent use.</summary>
public sealed class IdleBook
{
    private readonly ConcurrentDictionary<string, Idle> _all = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (IPAddress? Caller, bool Anew, bool Came)> _wakers = new(StringComparer.Ordinal);

    /// <summary>Why a server that is idle stays awake; null when there is no reason, or it is not idle.</summary>
    /// <param name="container">Container id.</param>
    public Phrase? WhyAwake(string container) => _all.TryGetValue(container, out var idle) ? idle.WhyAwake : null;

    internal IEnumerable<KeyValuePair<string, Idle>> All => _all;

    internal Idle Find(string container, DateTimeOffset? startedAt, long now)
    {
        var idle = _all.GetOrAdd(container, _ => new Idle(startedAt, now));
        if (idle.StartedAt != startedAt)
            _all[container] = idle = new Idle(startedAt, now);
        return idle;
    }

    internal void Forget(string container) => _all.TryRemove(container, out _);

    /// <param name="container">Container id.</param>
    /// <param name="caller">Who woke it; null for a person or ourselves.</param>
    /// <param name="anew">It was started, not resumed.</param>
    internal void Woken(string container, IPAddress? caller, bool anew)
    {
        _all.TryRemove(container, out _);
        _wakers[container] = (caller, anew, false);
    }

    /// <summary>Whether we started it, so that all its packets are of this run.</summary>
    internal bool IsAnew(string container) => _wakers.TryGetValue(container, out var waker) && waker.Anew;

    internal void Came(string container)
    {
        if (_wakers.TryGetValue(container, out var waker))
            _wakers[container] = waker with { Came = true };
    }

    /// <summary>Who woke it last, and whether anybody came since; forgotten with this.</summary>
    internal (IPAddress? Caller, bool Came)? TakeWaker(string container) => _wakers.TryRemove(container, out var waker) ? (waker.Caller, waker.Came) : null;
}

/// <summary>One that is awake. Written by the watch alone.</summary>
/// <param name="startedAt">Of its run.</param>
/// <param name="now">Timestamp.</param>
internal sealed class Idle(DateTimeOffset? startedAt, long now)
{
    public DateTimeOffset? StartedAt { get; } = startedAt;

    /// <summary>Timestamp of the last use that was seen.</summary>
    public long LastUse { get; set; } = now;

    /// <summary>Timestamp of the last look; null before the first.</summary>
    public long? LastLook { get; set; }

    /// <summary>At the last look; null when that saw none.</summary>
    public long? Packets { get; set; }

    /// <summary>Packets of our own, at the last look.</summary>
    public long Own { get; set; }

    public Phrase? WhyAwake { get; set; }
}
