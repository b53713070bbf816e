namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>Smoothed round-trip time and its variation, as RFC 6298 §2 does for TCP. Milliseconds. Not thread-safe.</summary>
internal struct RoundTripEstimate
{
    /// <summary>Assumed until something was measured: a resolver on the internet that answers from its cache.</summary>
    public const double Unknown = 150;

    private const double MinimumWait = 40;
    private const double MaximumWait = 1_000;

    public bool Measured { get; private set; }

    public double Smoothed { get; private set; }

    public double Variation { get; private set; }

    /// <summary>How long to wait for an answer before another upstream is asked too.</summary>
    public readonly double HedgeDelay => Measured ? Math.Clamp(Smoothed + (4 * Variation), MinimumWait, MaximumWait) : 2 * Unknown;

    public void Add(double sample)
    {
        if (!Measured)
        {
            (Measured, Smoothed, Variation) = (true, sample, sample / 2);
            return;
        }

        Variation += (Math.Abs(sample - Smoothed) - Variation) / 4;
        Smoothed += (sample - Smoothed) / 8;
    }

    /// <summary>A query that was never answered took at least this long: the estimate must not stay rosy.</summary>
    public void AddUnanswered(double waited)
    {
        if (!Measured || waited > Smoothed)
            Add(Math.Min(waited, 2 * MaximumWait));
    }
}
