using System.Globalization;

namespace HomeCloud.Agent.Naming;

/// <summary>Amounts as people write them.</summary>
public static class Sizes
{
    /// <summary>A thousand years, far from where TimeSpan and dates end.</summary>
    private const double LongestSeconds = 1000 * 366 * 86400.0;

    /// <summary><c>512m</c>, <c>2g</c>, <c>1.5gb</c> or plain bytes, in powers of 1024.</summary>
    public static bool TryParseBytes(string text, out long bytes)
    {
        bytes = 0;
        var trimmed = text.Trim().ToLowerInvariant().TrimEnd('b').TrimEnd('i');
        if (trimmed.Length == 0)
            return false;

        var shift = trimmed[^1] switch { 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, _ => 0 };
        var number = shift == 0 ? trimmed : trimmed[..^1];
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return false;

        value *= 1L << shift;
        if (value is <= 0 or > (1L << 50))
            return false;

        bytes = (long)value;
        return true;
    }

    /// <summary><c>90s</c>, <c>30m</c>, <c>2h</c>, <c>7d</c>, or several: <c>1d12h</c>.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.Trim().ToLowerInvariant().AsSpan();
        if (rest.IsEmpty)
            return false;

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 6)
                return false;

            var amount = int.Parse(rest[..digits], CultureInfo.InvariantCulture);
            long seconds = rest[digits] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, 'w' => 604800, _ => 0 };
            if (seconds == 0)
                return false;

            if (duration.TotalSeconds + (amount * seconds) > LongestSeconds)
                return false;

            duration += TimeSpan.FromSeconds(amount * seconds);
            rest = rest[(digits + 1)..];
        }

        return duration > TimeSpan.Zero;
    }
}
