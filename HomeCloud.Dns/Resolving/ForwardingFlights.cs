using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>All questions on their way; identical ones travel once (RFC 5452 §5 counts on it: repeated questions help a forger).</summary>
internal sealed class ForwardingFlights
{
    private const int ShardCount = 16;

    private readonly Dictionary<int, ForwardingFlight>[] _shards = [.. Enumerable.Range(0, ShardCount).Select(_ => new Dictionary<int, ForwardingFlight>())];

    public int Count => _shards.Sum(shard =>
    {
        lock (shard)
            return shard.Count;
    });

    /// <summary>Joins the flight for this question, or starts one.</summary>
    /// <param name="hash">Of the question.</param>
    /// <param name="query">Who asks what.</param>
    /// <param name="variant">In which way.</param>
    /// <param name="waiter">Joins; null when nobody waits, as for a refresh.</param>
    /// <param name="created">The flight that the caller must now run; null when it is under way already.</param>
    /// <returns>False when the flight is late and <paramref name="mayBeLate"/> is false: the waiter was not added.</returns>
    public bool TryJoin(int hash, scoped in ParsedQuery query, QuestionVariant variant, ForwardingWaiter? waiter, bool mayBeLate, out ForwardingFlight? created)
    {
        var shard = Shard(hash);
        lock (shard)
        {
            created = null;
            shard.TryGetValue(hash, out var first);
            var flight = first;
            while (flight is not null && !flight.Question.Matches(query.Name, query.Type, query.Class, variant))
                flight = flight.Next;
            if (flight is null)
            {
                created = flight = new ForwardingFlight(new CacheQuestion(query.Name, query.Type, query.Class, variant)) { Next = first };
                shard[hash] = flight;
            }
            else if (flight.IsLate && !mayBeLate)
            {
                return false;
            }

            if (waiter is not null)
                flight.Add(waiter);
            return true;
        }
    }

    /// <summary>Marks the flight as late, and hands over those who waited so far.</summary>
    public List<ForwardingWaiter> MarkLate(ForwardingFlight flight)
    {
        lock (Shard(flight.Question.Hash))
        {
            flight.IsLate = true;
            return flight.TakeWaiters();
        }
    }

    /// <summary>Ends the flight; from here on the question may be asked again.</summary>
    public List<ForwardingWaiter> Remove(ForwardingFlight flight)
    {
        var hash = flight.Question.Hash;
        var shard = Shard(hash);
        lock (shard)
        {
            if (shard.TryGetValue(hash, out var first))
            {
                if (!ReferenceEquals(first, flight))
                {
                    var before = first;
                    while (before.Next is not null && !ReferenceEquals(before.Next, flight))
                        before = before.Next;
                    before.Next = flight.Next;
                }
                else if (flight.Next is { } next)
                {
                    shard[hash] = next;
                }
                else
                {
                    shard.Remove(hash);
                }
            }

            return flight.TakeWaiters();
        }
    }

    private Dictionary<int, ForwardingFlight> Shard(int hash) => _shards[(uint)hash >> 28];
}
