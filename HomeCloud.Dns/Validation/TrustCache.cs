using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>What was found out about zones and cuts, for as long as its records live; bounded in names.</summary>
/// <param name="now">Monotonic milliseconds.</param>
/// <param name="most">Names.</param>
internal sealed class TrustCache(Func<long> now, int most = 4_096)
{
    /// <summary>A zone that failed is looked at again after this: its owner may be at work, and clients repeat (RFC 4035 §4.7).</summary>
    public const uint FailureSeconds = 5;

    /// <summary>No longer than answers are remembered.</summary>
    private const uint MaxSeconds = 86_400;

    /// <summary>Keys that are known for so long may have been replaced by their owner, against the rules, while their TTL runs.</summary>
    private const long OldMilliseconds = 60_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ZoneTrust Trust, long Since, long Until)> _known = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_lock)
                return _known.Count;
        }
    }

    public ZoneTrust? Find(ReadOnlySpan<byte> foldedName)
    {
        var key = NameKey.Of(foldedName);
        lock (_lock)
            return _known.TryGetValue(key, out var entry) && now() < entry.Until ? entry.Trust : null;
    }

    public void Store(ReadOnlySpan<byte> foldedName, ZoneTrust trust)
    {
        var key = NameKey.Of(foldedName);
        var at = now();
        lock (_lock)
        {
            if (_known.Count >= most && !_known.ContainsKey(key))
                MakeRoom(at);
            _known[key] = (trust, at, at + (Math.Min(trust.Seconds, MaxSeconds) * 1_000L));
        }
    }

    public void Clear()
    {
        lock (_lock)
            _known.Clear();
    }

    /// <summary>Forgets a zone and those above it, where their keys are old or failed: a signature by a key that is not among them may be by a new one.</summary>
    public void ForgetOld(ReadOnlySpan<byte> foldedZone)
    {
        var at = now();
        lock (_lock)
        {
            for (var zone = foldedZone; ; zone = DnsName.Parent(zone))
            {
                var key = NameKey.Of(zone);
                if (_known.TryGetValue(key, out var entry) && (entry.Trust.Kind == TrustKind.Failed || (entry.Trust.Kind == TrustKind.Secure && at - entry.Since > OldMilliseconds)))
                    _known.Remove(key);
                if (zone.Length == 1)
                    return;
            }
        }
    }

    // What is over goes first, then names that are no zone, which a flood of deep names brings, then unsigned zones; those people use stay.
    private void MakeRoom(long at)
    {
        RemoveWhere(entry => entry.Until <= at);
        if (_known.Count >= most)
            RemoveWhere(static entry => entry.Trust.Kind is not (TrustKind.Secure or TrustKind.Insecure));
        if (_known.Count >= most)
            RemoveWhere(static entry => entry.Trust.Kind != TrustKind.Secure);
        if (_known.Count >= most)
            _known.Clear();
    }

    private void RemoveWhere(Func<(ZoneTrust Trust, long Since, long Until), bool> match)
    {
        foreach (var (key, entry) in _known)
        {
            if (match(entry))
                _known.Remove(key);
        }
    }
}
