using System.Text;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// Why a name has no address, for Extended DNS Error text: words with, where <c>{ago}</c> stands, the time that has passed,
/// filled in when somebody asks. Writing it allocates nothing.
/// </summary>
public sealed class NodeExplanation
{
    private const string Placeholder = "{ago}";

    private static readonly byte[] Seconds = [.. " s ago"u8];
    private static readonly byte[] Minutes = [.. " min ago"u8];
    private static readonly byte[] Hours = [.. " h ago"u8];
    private static readonly byte[] Days = [.. " days ago"u8];

    private readonly byte[] _before;
    private readonly byte[]? _after;
    private readonly long _sinceUnixSeconds;

    public NodeExplanation(string text, DateTimeOffset since)
    {
        var at = text.IndexOf(Placeholder, StringComparison.Ordinal);
        _before = Encoding.UTF8.GetBytes(at < 0 ? text : text[..at]);
        _after = at < 0 ? null : Encoding.UTF8.GetBytes(text[(at + Placeholder.Length)..]);
        _sinceUnixSeconds = since.ToUnixTimeSeconds();
    }

    /// <returns>Octets written to <paramref name="utf8"/>; 0 when the text does not fit.</returns>
    public int Write(Span<byte> utf8, long nowUnixSeconds)
    {
        if (!_before.AsSpan().TryCopyTo(utf8))
            return 0;
        var length = _before.Length;
        if (_after is null)
            return length;
        if (!TryWriteAge(utf8[length..], Math.Max(0, nowUnixSeconds - _sinceUnixSeconds), out var written)
            || !_after.AsSpan().TryCopyTo(utf8[(length + written)..]))
        {
            return 0;
        }

        return length + written + _after.Length;
    }

    private static bool TryWriteAge(Span<byte> utf8, long seconds, out int written)
    {
        var (number, unit) = seconds switch
        {
            < 60 => (seconds, Seconds),
            < 3600 => (seconds / 60, Minutes),
            < 2 * 86400 => (seconds / 3600, Hours),
            _ => (seconds / 86400, Days),
        };
        if (!number.TryFormat(utf8, out written) || !unit.AsSpan().TryCopyTo(utf8[written..]))
            return false;
        written += unit.Length;
        return true;
    }
}
