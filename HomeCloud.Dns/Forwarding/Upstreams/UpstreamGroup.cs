namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>The upstreams of one zone, and the order in which they are asked.</summary>
/// <param name="zone">Folded, in wire form; the root for all names without a rule.</param>
/// <param name="upstreams">In the order named.</param>
/// <param name="strictOrder">Whether that is the order in which they are asked.</param>
internal sealed class UpstreamGroup(byte[] zone, IReadOnlyList<Upstream> upstreams, bool strictOrder)
{
    /// <summary>Every so many questions a second upstream is asked at once, so that times stay known.</summary>
    private const int MeasureEvery = 16;

    private uint _asked;

    public byte[] Zone { get; } = zone;

    /// <summary>Who they are, whatever the order.</summary>
    public string Servers { get; } = string.Join(' ', upstreams.Select(upstream => upstream.Address.Text).Order(StringComparer.Ordinal));

    /// <summary>At least one of them does not send our queries back to us.</summary>
    public bool IsUsable => Upstreams.Any(static upstream => upstream.Health.State != UpstreamState.Looping);

    public IReadOnlyList<Upstream> Upstreams { get; } = upstreams;

    /// <summary>The one that is asked first now.</summary>
    public Upstream? Preferred => Order() is [var first, ..] ? first : null;

    /// <summary>Empty when each of them sends our queries back to us.</summary>
    /// <param name="last">Asked after all others: its answer was wrong; null: by how well they do.</param>
    /// <param name="judged">The answer is validated: where some are known to hand signatures on, the others are not asked.</param>
    public RacePlan Plan(Upstream? last = null, bool judged = false)
    {
        var order = Order();
        if (judged && Array.Exists(order, static upstream => upstream.Signatures.Passes == true))
            order = Array.FindAll(order, static upstream => upstream.Signatures.Passes == true);
        var allDown = Array.TrueForAll(order, static upstream => upstream.Health.State == UpstreamState.Down);
        var measure = !strictOrder && order.Length > 1 && Interlocked.Increment(ref _asked) % MeasureEvery == 1;
        if (measure && order.Length > 2)
        {
            var other = Random.Shared.Next(1, order.Length);
            (order[1], order[other]) = (order[other], order[1]);
        }

        if (last is null || Array.IndexOf(order, last) < 0)
            return new RacePlan(order, measure, allDown);
        return new RacePlan([.. order.Where(upstream => upstream != last), last], Measure: false, allDown);
    }

    // Sorting by OrderBy is stable: equals keep the order in which they were named.
    private Upstream[] Order() =>
        [.. Upstreams.Where(static upstream => upstream.Health.State != UpstreamState.Looping)
            .OrderBy(upstream => strictOrder ? (upstream.Health.State == UpstreamState.Down ? 1 : 0) : Cost(upstream))];

    private static double Cost(Upstream upstream)
    {
        var roundTrip = upstream.Health.RoundTrip;
        var time = roundTrip.Measured ? roundTrip.Smoothed : RoundTripEstimate.Unknown;
        return upstream.Health.State switch
        {
            UpstreamState.Up => time,
            UpstreamState.Suspect => time + 10_000,
            _ => time + 100_000,
        };
    }
}
