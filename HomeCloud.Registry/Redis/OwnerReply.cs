using System.Globalization;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>Who renewed a lease and until when, at one moment of Redis's clock, and who gave its whole set to which Redis.</summary>
/// <param name="Now">By Redis's clock, which may step.</param>
/// <param name="Leases">Owner → its end, by the same clock.</param>
/// <param name="Confirmed">Owner → the <c>run_id</c> of the Redis that has its whole set.</param>
/// <param name="Epoch">As in <see cref="RedisMeta"/>.</param>
/// <param name="Restored">As in <see cref="RedisMeta"/>.</param>
/// <param name="Renewals">Owner → its last renewal; without those of programs that do not tell.</param>
/// <param name="Run">The process that answered.</param>
internal sealed record OwnerReply(
    DateTimeOffset Now,
    IReadOnlyDictionary<string, DateTimeOffset> Leases,
    IReadOnlyDictionary<string, string> Confirmed,
    string Epoch,
    bool Restored,
    IReadOnlyDictionary<string, OwnerReply.Renewal> Renewals,
    string Run)
{
    private const string RenewalField = "renew ";

    public static OwnerReply From(RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        return new OwnerReply(
            Time((string)parts[0]!),
            Pairs(parts[1]).ToDictionary(pair => pair.Key, pair => Time(pair.Value)),
            Pairs(parts[2]).ToDictionary(pair => pair.Key, pair => pair.Value),
            (string?)parts[3] ?? "",
            !string.IsNullOrEmpty((string?)parts[4]),
            Pairs(parts[5]).Where(pair => pair.Key.StartsWith(RenewalField, StringComparison.Ordinal))
                .Select(pair => (Owner: pair.Key[RenewalField.Length..], Renewal: Renewal.Parse(pair.Value)))
                .Where(pair => pair.Renewal is not null).ToDictionary(pair => pair.Owner, pair => pair.Renewal!),
            (string?)parts[6] ?? "");
    }

    public bool IsConfirmed(string owner, string run) => Confirmed.TryGetValue(owner, out var confirmed) && confirmed == run;

    // A zset's scores are doubles; one put in by hand may be anything, also "inf", which is no lease.
    private static DateTimeOffset Time(string milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        double.TryParse(milliseconds, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? (long)Math.Clamp(number, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            : 0);

    private static IEnumerable<KeyValuePair<string, string>> Pairs(RedisResult result)
    {
        var values = (string[])result!;
        for (var i = 0; i + 1 < values.Length; i += 2)
            yield return new(values[i], values[i + 1]);
    }

    /// <param name="Sign">Another one after each renewal.</param>
    /// <param name="Duration">For how long it was.</param>
    internal sealed record Renewal(string Sign, TimeSpan Duration)
    {
        // SESSION SENT LIVED DURATION; the session of an owner that never renewed is '-'.
        public static Renewal? Parse(string text)
        {
            var words = text.Split(' ');
            return words.Length == 4 && words[0] != "-" && long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var duration)
                && duration < TimeSpan.MaxValue.TotalMilliseconds
                ? new Renewal(text, TimeSpan.FromMilliseconds(duration))
                : null;
        }
    }
}
