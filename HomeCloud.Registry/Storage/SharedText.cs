using System.Text;
using System.Text.Json;

namespace HomeCloud.Registry.Storage;

/// <summary>
/// Texts that many records have in common (owners, hosts, images, the names of attributes) as one string each: fewer
/// objects for the garbage collector to walk. Bounded; a text that comes seldom loses its place to others. Threads may race
/// for a place: then a text is there twice for a while.
/// </summary>
internal static class SharedText
{
    private const int Places = 4096;
    private const int Longest = 128;
    private static readonly string?[] Texts = new string?[Places];

    /// <summary>The string that the reader stands at.</summary>
    public static string Read(ref Utf8JsonReader reader) =>
        reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > Longest ? reader.GetString()! : Of(reader.ValueSpan);

    private static string Of(ReadOnlySpan<byte> utf8)
    {
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var place = ref Texts[(uint)hash.ToHashCode() % Places];
        if (Volatile.Read(ref place) is { } there && Ascii.Equals(utf8, there))
            return there;
        var text = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref place, text);
        return text;
    }
}
