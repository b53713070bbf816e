using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>
/// Counts that workers touch for every query. Striped: a reader sums the stripes. The first thread that uses a stripe owns
/// it and adds without the bus being locked; workers come first and stay. Others that share it have counts of their own there.
/// </summary>
internal sealed class QueryCounters
{
    public const int Transports = 4;
    public const int ResponseCodes = 16;
    public const int Sources = 4;

    /// <summary>QTYPEs below this are counted one by one, all others together in the last place.</summary>
    public const int Types = 257;

    private const int Stripes = 16;

    // Places in a stripe.
    private const int QueriesAt = 0;
    private const int DroppedAt = QueriesAt + Transports;
    private const int AnswersAt = DroppedAt + 1;
    private const int TypesAt = AnswersAt + (Sources * ResponseCodes);
    private const int DurationsAt = TypesAt + Types;
    private static readonly int Counts = DurationsAt + DnsCounts.Bounds.Length;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Stripe())];

    public void CountQuery(QueryTransport transport) => Add(QueriesAt + (int)transport);

    public void CountDropped() => Add(DroppedAt);

    public void CountAnswer(ResponseCode code, AnswerSource source, RecordType type)
    {
        var answer = AnswersAt + ((int)source * ResponseCodes) + ((int)code & (ResponseCodes - 1));
        var asked = TypesAt + Math.Min((int)type, Types - 1);
        var stripe = StripeOfThread(out var isOwner);
        stripe.Add(answer, isOwner);
        stripe.Add(asked, isOwner);
    }

    /// <summary>Of an answer for which an upstream was asked.</summary>
    public void CountDuration(double milliseconds)
    {
        var bounds = DnsCounts.Bounds;
        var at = 0;
        while (at < bounds.Length - 1 && milliseconds >= bounds[at])
            at++;
        Add(DurationsAt + at);
    }

    public long Queries(QueryTransport transport) => Sum(QueriesAt + (int)transport);

    public long Dropped() => Sum(DroppedAt);

    public long Answers(ResponseCode code, AnswerSource source) => Sum(AnswersAt + ((int)source * ResponseCodes) + (int)code);

    /// <summary>Answers that took less than that bound of <see cref="DnsCounts.Bounds"/>, and not less than the one before.</summary>
    public long Durations(int bound) => Sum(DurationsAt + bound);

    /// <param name="type">At most <see cref="Types"/> - 1, which stands for all above.</param>
    public long Asked(int type) => Sum(TypesAt + type);

    private void Add(int what) => StripeOfThread(out var isOwner).Add(what, isOwner);

    private Stripe StripeOfThread(out bool isOwner)
    {
        var thread = Environment.CurrentManagedThreadId;
        var stripe = _stripes[thread & (Stripes - 1)];
        isOwner = stripe.Owner == thread || (stripe.Owner == 0 && Interlocked.CompareExchange(ref stripe.Owner, thread, 0) == 0);
        return stripe;
    }

    private long Sum(int what)
    {
        var sum = 0L;
        foreach (var stripe in _stripes)
            sum += Volatile.Read(ref stripe.OfOwner[what]) + Volatile.Read(ref stripe.OfOthers[what]);
        return sum;
    }

    private sealed class Stripe
    {
        public readonly long[] OfOwner = new long[Counts];
        public readonly long[] OfOthers = new long[Counts];

        /// <summary>Managed thread id; 0 while there is none. A thread that gets the id of an owner that ended is the owner too.</summary>
        public int Owner;

        public void Add(int what, bool isOwner)
        {
            if (isOwner)
                OfOwner[what]++;
            else
                Interlocked.Increment(ref OfOthers[what]);
        }
    }
}
