namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>
/// The circuit breaker of one upstream. Silence alone does not open it, because a name may be dead while its upstream is
/// well: after several silences in a row a probe for a name that every resolver knows decides.
/// </summary>
internal sealed class UpstreamHealth
{
    /// <summary>A silence of a second weighs two, a shorter one, that another upstream ended by answering, one.</summary>
    private const int SilenceToSuspect = 6;

    private const int RefusalsToSuspect = 2;
    private const double LongSilence = 1_000;

    private readonly Lock _lock = new();
    private RoundTripEstimate _roundTrip;
    private int _silence;
    private int _refusals;
    private long? _loopSeenAt;
    private long _queries;
    private long _answers;
    private long _failures;

    public UpstreamState State { get; private set; }

    public string? Problem { get; private set; }

    public long Queries => Interlocked.Read(ref _queries);

    public long Answers => Interlocked.Read(ref _answers);

    public long Failures => Interlocked.Read(ref _failures);

    public RoundTripEstimate RoundTrip
    {
        get
        {
            lock (_lock)
                return _roundTrip;
        }
    }

    public void Asked() => Interlocked.Increment(ref _queries);

    /// <returns>True when the upstream had been down until now.</returns>
    public bool Answered(double milliseconds)
    {
        Interlocked.Increment(ref _answers);
        lock (_lock)
        {
            _roundTrip.Add(milliseconds);
            _silence = _refusals = 0;
            if (State == UpstreamState.Looping)
                return false;
            var wasDown = State == UpstreamState.Down;
            (State, Problem) = (UpstreamState.Up, null);
            return wasDown;
        }
    }

    /// <returns>True when a probe shall decide now.</returns>
    public bool Unanswered(double waited)
    {
        lock (_lock)
        {
            // One that was not even given the time it usually takes has lost a race, no more.
            var usual = _roundTrip.HedgeDelay;
            _roundTrip.AddUnanswered(waited);
            if (waited < Math.Min(usual, LongSilence))
                return false;
            Interlocked.Increment(ref _failures);
            _silence += waited >= LongSilence ? 2 : 1;
            return _silence >= SilenceToSuspect && Suspect("no answer");
        }
    }

    /// <returns>True when a probe shall decide now.</returns>
    public bool Refused(string problem)
    {
        Interlocked.Increment(ref _failures);
        lock (_lock)
            return ++_refusals >= RefusalsToSuspect && Suspect(problem);
    }

    /// <returns>True when it was not down before.</returns>
    public bool MarkDown(string problem)
    {
        lock (_lock)
        {
            if (State == UpstreamState.Looping)
                return false;
            var isNew = State != UpstreamState.Down;
            (State, Problem) = (UpstreamState.Down, problem);
            return isNew;
        }
    }

    /// <summary>Timestamp at which a probe of ours last came back through it.</summary>
    public long? LoopSeenAt
    {
        get
        {
            lock (_lock)
                return _loopSeenAt;
        }
    }

    public void SawLoop(long timestamp)
    {
        lock (_lock)
            _loopSeenAt = timestamp;
    }

    /// <returns>True when the state changed.</returns>
    public bool MarkLooping(bool looping)
    {
        lock (_lock)
        {
            if (looping == (State == UpstreamState.Looping))
                return false;
            (State, Problem) = looping ? (UpstreamState.Looping, "sends our own queries back to us") : (UpstreamState.Up, null);
            return true;
        }
    }

    private bool Suspect(string problem)
    {
        if (State != UpstreamState.Up)
            return false;
        (State, Problem) = (UpstreamState.Suspect, problem);
        return true;
    }
}
