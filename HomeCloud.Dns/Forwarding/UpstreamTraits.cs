namespace HomeCloud.Dns.Forwarding;

/// <summary>What one upstream turned out not to cope with. Forgotten after a while: servers get replaced.</summary>
internal sealed class UpstreamTraits(TimeProvider time)
{
    private const int CaseChangesToBelieve = 2;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(30);

    private long _noEdnsUntil;
    private long _changesCaseUntil;
    private int _caseChanges;

    public bool Edns => time.GetTimestamp() >= Volatile.Read(ref _noEdnsUntil);

    public bool KeepsCase => time.GetTimestamp() >= Volatile.Read(ref _changesCaseUntil);

    /// <summary>It refused a query with EDNS and answered the same one without (RFC 6891 §6.2.2).</summary>
    public void MarkNoEdns() => Volatile.Write(ref _noEdnsUntil, Later());

    /// <summary>It answered in another case. One such answer may be a forgery; the real one was then fetched over TCP.</summary>
    public void CountCaseChange()
    {
        if (Interlocked.Increment(ref _caseChanges) < CaseChangesToBelieve) return;
        Volatile.Write(ref _changesCaseUntil, Later());
        Volatile.Write(ref _caseChanges, 0);
    }

    private long Later() => time.GetTimestamp() + (long)(Remembered.TotalSeconds * time.TimestampFrequency);
}
