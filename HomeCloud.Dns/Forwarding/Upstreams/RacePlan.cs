namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>In which order, and how soon after each other, upstreams are asked one question.</summary>
/// <param name="Order">Best first.</param>
/// <param name="Measure">The first two are asked at once, to compare them.</param>
/// <param name="AllDown">None answered lately: all are asked at once, and not for long.</param>
internal readonly record struct RacePlan(Upstream[] Order, bool Measure, bool AllDown)
{
    private const int MostAttempts = 6;
    private const double LongestDelay = 1_500;

    /// <summary>With one upstream, repeats cover lost datagrams.</summary>
    public int Attempts => AllDown ? Order.Length : Math.Clamp(2 * Order.Length, 3, MostAttempts);

    public Upstream this[int attempt] => Order[attempt % Order.Length];

    /// <summary>How long to wait for attempt number <paramref name="attempt"/> before the next one is started.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        if (AllDown || (Measure && attempt == 0))
            return TimeSpan.Zero;
        var delay = this[attempt].Health.RoundTrip.HedgeDelay;

        // The same server again is a retransmission: it may be busy with the first one, so patience doubles.
        var round = (attempt / Order.Length) + (Order.Length == 1 ? 1 : 0);
        return TimeSpan.FromMilliseconds(Math.Min(delay * (1 << round), LongestDelay));
    }
}
