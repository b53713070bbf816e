using System.Buffers.Binary;
using System.Text;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// Why a name has no address, for Extended DNS Error text: words with, where <c>{ago}</c> stands, the time that has passed,
/// filled in at each query. A view of the octets that <see cref="Pack"/> makes; writing it allocates nothing.
/// </summary>
public readonly ref struct NodeExplanation
{
    // Words of this many octets fit no Extended DNS Error that this server sends.
    private const int MaxWords = 255;

    private const string Placeholder = "{ago}";

    // Since when (Unix seconds, 8 octets), where the age goes (1 octet, or NoAge), then the words.
    private const int HeaderSize = 9;
    private const byte NoAge = byte.MaxValue;

    private static readonly byte[] Seconds = [.. " s ago"u8];
    private static readonly byte[] Minutes = [.. " min ago"u8];
    private static readonly byte[] Hours = [.. " h ago"u8];
    private static readonly byte[] Days = [.. " days ago"u8];

    private readonly ReadOnlySpan<byte> _octets;

    internal NodeExplanation(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>As <see cref="Pack"/> made them.</summary>
    internal ReadOnlySpan<byte> Octets => _octets;

    /// <summary>Whether there is nothing to say.</summary>
    public bool IsEmpty => _octets.IsEmpty;

    /// <returns>What a table keeps of the words; empty when they are too long ever to be sent.</returns>
    public static ReadOnlyMemory<byte> Pack(string text, DateTimeOffset since)
    {
        var at = text.IndexOf(Placeholder, StringComparison.Ordinal);
        var words = Encoding.UTF8.GetBytes(at < 0 ? text : text.Remove(at, Placeholder.Length));
        if (words.Length >= MaxWords)
            return default;
        var octets = new byte[HeaderSize + words.Length];
        BinaryPrimitives.WriteInt64LittleEndian(octets, since.ToUnixTimeSeconds());
        octets[HeaderSize - 1] = at < 0 ? NoAge : (byte)Encoding.UTF8.GetByteCount(text.AsSpan(0, at));
        words.CopyTo(octets, HeaderSize);
        return octets;
    }

    /// <returns>Octets written to <paramref name="utf8"/>; 0 when there are none, or the text does not fit.</returns>
    public int Write(Span<byte> utf8, long nowUnixSeconds)
    {
        if (IsEmpty)
            return 0;
        var words = _octets[HeaderSize..];
        int ageAt = _octets[HeaderSize - 1];
        if (ageAt == NoAge)
            return words.TryCopyTo(utf8) ? words.Length : 0;
        var seconds = nowUnixSeconds - BinaryPrimitives.ReadInt64LittleEndian(_octets);
        if (!words[..ageAt].TryCopyTo(utf8)
            || !TryWriteAge(utf8[ageAt..], Math.Max(0, seconds), out var written)
            || !words[ageAt..].TryCopyTo(utf8[(ageAt + written)..]))
        {
            return 0;
        }

        return words.Length + written;
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
