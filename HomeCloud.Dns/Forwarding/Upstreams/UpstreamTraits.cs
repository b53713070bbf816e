namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>What one upstream turned out not to cope with. Forgotten after a while: servers get replaced.</summary>
internal sealed class UpstreamTraits(TimeProvider time)
{
    private const int CaseChangesToBelieve = 2;
    private const int SilencesToBelieve = 2;
    private const int SilencesToDoubt = 3;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(30);

    private long _noEdnsUntil;
    private long _changesCaseUntil;
    private int _caseChanges;
    private int _ednsSilences;
    private int _unanswered;
    private volatile bool _answersEdns;

    public bool Edns => time.GetTimestamp() >= Volatile.Read(ref _noEdnsUntil);

    public bool KeepsCase => time.GetTimestamp() >= Volatile.Read(ref _changesCaseUntil);

    /// <summary>Whether silence may mean that queries with OPT are thrown away: it answered none yet, or none of the last few.</summary>
    public bool MayDropEdns => !_answersEdns || Volatile.Read(ref _unanswered) >= SilencesToDoubt;

    public void AnsweredEdns()
    {
        _answersEdns = true;
        Volatile.Write(ref _unanswered, 0);
        Volatile.Write(ref _ednsSilences, 0);
    }

    public void CountUnanswered() => Interlocked.Increment(ref _unanswered);

    /// <summary>It left a query with EDNS unanswered and answered the same one without. Once may be a lost datagram.</summary>
    public void CountEdnsSilence()
    {
        _answersEdns = false;
        if (Interlocked.Increment(ref _ednsSilences) >= SilencesToBelieve)
            MarkNoEdns();
    }

    /// <summary>It refused a query with EDNS and answered the same one without (RFC 6891 §6.2.2).</summary>
    public void MarkNoEdns() => Volatile.Write(ref _noEdnsUntil, Later());

    /// <summary>It answered in another case. One such answer may be a forgery; the real one was then fetched over TCP.</summary>
    public void CountCaseChange()
    {
        if (Interlocked.Increment(ref _caseChanges) < CaseChangesToBelieve)
            return;
        Volatile.Write(ref _changesCaseUntil, Later());
        Volatile.Write(ref _caseChanges, 0);
    }

    private long Later() => time.GetTimestamp() + (long)(Remembered.TotalSeconds * time.TimestampFrequency);
}
