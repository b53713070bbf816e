namespace HomeCloud.Dns.Telemetry.Exposition;

/// <summary>
/// Renders tags as Prometheus labels without braces: <c>transport="udp",rcode="NOERROR"</c>. Values are escaped, so no
/// measured text can end its label, and cut at <see cref="LongestValue"/>. Allocates nothing for strings and numbers.
/// </summary>
internal static class LabelText
{
    public const int LongestValue = 200;

    /// <summary>Room for six labels of any content; further ones are left out.</summary>
    public const int MaxLength = 6 * ((2 * LongestValue) + 64);

    /// <param name="tags">Keys are constants of the code, of at most 60 characters.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> long.</param>
    /// <returns>Characters written.</returns>
    public static int Render(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> destination)
    {
        Span<char> scratch = stackalloc char[LongestValue];
        var length = 0;
        foreach (var (key, tag) in tags)
        {
            var value = ValueOf(tag, scratch);
            if (destination.Length - length < key.Length + 4 + (2 * value.Length))
                break;
            if (length > 0)
                destination[length++] = ',';
            foreach (var character in key)
                destination[length++] = char.IsAsciiLetterOrDigit(character) ? character : '_';
            destination[length++] = '=';
            destination[length++] = '"';
            length += Escape(value, destination[length..]);
            destination[length++] = '"';
        }

        return length;
    }

    private static ReadOnlySpan<char> ValueOf(object? tag, Span<char> scratch)
    {
        if (tag is ISpanFormattable formattable && formattable.TryFormat(scratch, out var written, default, null))
            return scratch[..written];
        var text = tag as string ?? tag?.ToString() ?? "";
        return text.AsSpan(0, Math.Min(text.Length, LongestValue));
    }

    private static int Escape(ReadOnlySpan<char> value, Span<char> destination)
    {
        var length = 0;
        foreach (var character in value)
        {
            if (character is '\\' or '"' or '\n')
                destination[length++] = '\\';
            destination[length++] = character == '\n' ? 'n' : character;
        }

        return length;
    }
}
