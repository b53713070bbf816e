using HomeCloud.Dns.Forwarding.Upstreams;

namespace HomeCloud.Dns.Resolving.Ability;

/// <summary>What is known of one upstream, and when it is looked at again. Guarded by its owner's lock.</summary>
internal sealed class UpstreamAbility(Upstream upstream, TimeProvider time)
{
    private static readonly TimeSpan WhenAble = TimeSpan.FromHours(1);
    private static readonly TimeSpan WhenSilent = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    /// <summary>A clock that went so much further than time did was set.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromMinutes(1);

    private TimeSpan _wait;
    private TimeSpan _backoff = First;
    private long _lookedAt;
    private DateTimeOffset _lookedAtUtc;
    private bool _isDoubted;

    public AbilityFinding Finding { get; private set; }

    public string Problem { get; private set; } = "";

    /// <summary>The look that is under way.</summary>
    public Task? Running { get; set; }

    /// <summary>It answered nothing at all when it was looked at last: nobody waits for the next look.</summary>
    public bool IsSilent { get; private set; }

    public bool IsDown => upstream.Health.State is UpstreamState.Down or UpstreamState.Looping;

    public bool IsDue => Running is null && (_lookedAt == 0 || time.GetElapsedTime(_lookedAt) >= _wait);

    /// <summary>Whether so much time has passed since it was looked at that something may have changed.</summary>
    public bool IsOlderThan(TimeSpan age) => _lookedAt == 0 || time.GetElapsedTime(_lookedAt) >= age;

    /// <summary>It may be another by now, and so may be what a look that is under way finds.</summary>
    public void Doubt() => (_wait, _backoff, IsSilent, _isDoubted) = (TimeSpan.Zero, First, false, Running is not null);

    /// <summary>Its signatures are of another time, and the clock was set since: nothing is known.</summary>
    public void FollowClock()
    {
        if (Finding != AbilityFinding.AnotherTime || (time.GetUtcNow() - _lookedAtUtc - time.GetElapsedTime(_lookedAt)).Duration() < Jump)
            return;
        Finding = AbilityFinding.Unknown;
        Doubt();
    }

    /// <returns>True when it is another than before.</returns>
    public bool Note(in AbilityReport report)
    {
        (_lookedAt, _lookedAtUtc) = (time.GetTimestamp(), time.GetUtcNow());
        var isDoubted = _isDoubted;
        _isDoubted = false;
        IsSilent = report.Finding == AbilityFinding.Silent && !isDoubted;
        if (report.Finding == AbilityFinding.Silent)
        {
            // What was known of one that is silent stays true.
            _wait = isDoubted ? TimeSpan.Zero : Finding == AbilityFinding.Unknown ? WhenSilent : First;
            return false;
        }

        _backoff = report.Finding == Finding ? Min(_backoff * 2, WhenAble) : First;
        _wait = isDoubted ? TimeSpan.Zero : report.Finding == AbilityFinding.Able ? WhenAble : _backoff;
        var isNew = report.Finding != Finding;
        (Finding, Problem) = (report.Finding, report.Problem);
        upstream.Signatures = report.Finding == AbilityFinding.Able ? UpstreamSignatures.Passing : new UpstreamSignatures(false, report.Problem);
        return isNew;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
