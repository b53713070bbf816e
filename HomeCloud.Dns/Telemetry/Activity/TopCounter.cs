namespace HomeCloud.Dns.Telemetry.Activity;

/// <summary>
/// The most frequent of many keys in bounded memory: "space saving" (Metwally, Agrawal, El Abbadi 2005). A new key takes the
/// place of the least counted and inherits its count, so counts are never too low and the truly frequent always stay.
/// </summary>
internal sealed class TopCounter<TKey>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, long> _counts = new(capacity);

    public void Add(TKey key)
    {
        if (_counts.TryGetValue(key, out var count))
        {
            _counts[key] = count + 1;
            return;
        }

        if (_counts.Count < capacity)
        {
            _counts.Add(key, 1);
            return;
        }

        var least = _counts.MinBy(pair => pair.Value);
        _counts.Remove(least.Key);
        _counts.Add(key, least.Value + 1);
    }

    public IReadOnlyList<KeyValuePair<TKey, long>> Top(int count) =>
        [.. _counts.OrderByDescending(pair => pair.Value).Take(count)];

    public void Clear() => _counts.Clear();
}
