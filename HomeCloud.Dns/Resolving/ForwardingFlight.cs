using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Serving;

namespace HomeCloud.Dns.Resolving;

/// <summary>One question on its way to the upstreams, and all who wait for its answer. Guarded by its shard's lock.</summary>
internal sealed class ForwardingFlight(CacheQuestion question)
{
    private List<ForwardingWaiter> _waiters = [];

    public CacheQuestion Question { get; } = question;

    /// <summary>The next flight in the same shard whose hash is the same.</summary>
    public ForwardingFlight? Next { get; set; }

    /// <summary>The client response timer (RFC 8767 §5) went off: the next client gets the stale answer at once.</summary>
    public bool IsLate { get; set; }

    public void Add(ForwardingWaiter waiter) => _waiters.Add(waiter);

    public List<ForwardingWaiter> TakeWaiters()
    {
        var waiters = _waiters;
        _waiters = [];
        return waiters;
    }
}

/// <summary>A client that waits for an answer from outside.</summary>
/// <param name="Path">The way back to it.</param>
/// <param name="Terms">What its query laid down.</param>
/// <param name="Question">Its question as asked, letter case included.</param>
internal sealed record ForwardingWaiter(IReplyPath Path, ReplyTerms Terms, byte[] Question);
