namespace HomeCloud.Dns.Validation;

/// <summary>Base 32 with the extended hexadecimal alphabet (RFC 4648 §7), as the owners of NSEC3 records are written: folded, without padding.</summary>
internal static class Base32Hex
{
    /// <param name="folded">A label.</param>
    /// <param name="octets">Filled whole.</param>
    /// <returns>False when the label is not of this length or alphabet.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> folded, Span<byte> octets)
    {
        if (folded.Length * 5 != octets.Length * 8)
            return false;
        var (bits, count, written) = (0, 0, 0);
        foreach (var letter in folded)
        {
            var value = letter switch
            {
                >= (byte)'0' and <= (byte)'9' => letter - '0',
                >= (byte)'a' and <= (byte)'v' => letter - 'a' + 10,
                _ => -1,
            };
            if (value < 0)
                return false;
            bits = ((bits << 5) | value) & 0xFFFF;
            count += 5;
            if (count < 8)
                continue;
            count -= 8;
            octets[written++] = (byte)(bits >> count);
        }

        return true;
    }
}
