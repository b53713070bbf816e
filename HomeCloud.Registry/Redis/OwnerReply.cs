using System.Globalization;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>Who holds a lease until when, at one moment of Redis's clock, and who gave its whole set to which Redis.</summary>
internal sealed record OwnerReply(
    DateTimeOffset Now,
    IReadOnlyDictionary<string, DateTimeOffset> Leases,
    IReadOnlyDictionary<string, string> Confirmed,
    string Epoch,
    bool Restored)
{
    public static OwnerReply From(RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        return new OwnerReply(
            Time((string)parts[0]!),
            Pairs(parts[1]).ToDictionary(pair => pair.Key, pair => Time(pair.Value)),
            Pairs(parts[2]).ToDictionary(pair => pair.Key, pair => pair.Value),
            (string?)parts[3] ?? string.Empty,
            !string.IsNullOrEmpty((string?)parts[4]));
    }

    public bool IsConfirmed(string owner, string run) => Confirmed.TryGetValue(owner, out var confirmed) && confirmed == run;

    private static DateTimeOffset Time(string milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        (long)double.Parse(milliseconds, CultureInfo.InvariantCulture));

    private static IEnumerable<KeyValuePair<string, string>> Pairs(RedisResult result)
    {
        var values = (string[])result!;
        for (var i = 0; i + 1 < values.Length; i += 2)
            yield return new(values[i], values[i + 1]);
    }
}
