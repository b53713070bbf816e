using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Net.Presentation;

/// <summary>Reads single words of a master file. What is wrong is said in words that follow the word itself.</summary>
public static class TokenText
{
    /// <summary>RFC 2181 §8.</summary>
    public const uint MaxTtl = int.MaxValue;

    /// <summary>A name; one that does not end in a dot is completed by <paramref name="origin"/>.</summary>
    /// <param name="raw">With its escapes.</param>
    /// <param name="origin">In wire form; null when there is none yet.</param>
    /// <param name="wire">255 octets.</param>
    /// <param name="length">Octets of the name.</param>
    /// <returns>What is wrong, or null.</returns>
    public static Phrase? ReadName(string raw, byte[]? origin, Span<byte> wire, out int length)
    {
        length = 0;
        if (raw == "@")
        {
            if (origin is null)
                return "stands for the origin, and there is none yet: write $ORIGIN above it";
            origin.CopyTo(wire);
            length = origin.Length;
            return null;
        }

        if (!DnsName.TryParse(raw, wire, out length))
            return "is not a name: labels have 1 to 63 octets, names at most 255, and others than ASCII are written as xn--";
        if (IsAbsolute(raw))
            return null;
        if (origin is null)
            return "does not end in a dot, and there is no origin yet: write $ORIGIN above it";
        if (length - 1 + origin.Length > DnsName.MaxLength)
            return $"is too long with {DnsName.ToText(origin)} behind it";
        origin.CopyTo(wire[(length - 1)..]);
        length += origin.Length - 1;
        return null;
    }

    /// <summary>Undoes <c>\X</c> and <c>\DDD</c>.</summary>
    /// <returns>False for an escape that is none.</returns>
    public static bool TryUnescape(ReadOnlySpan<char> raw, ArrayBufferWriter<byte> octets)
    {
        for (var i = 0; i < raw.Length; i++)
        {
            var octet = raw[i];
            if (octet == '\\')
            {
                if (++i == raw.Length)
                    return false;
                octet = raw[i];
                if (char.IsAsciiDigit(octet))
                {
                    if (i + 3 > raw.Length || !byte.TryParse(raw.Slice(i, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                        return false;
                    octet = (char)value;
                    i += 2;
                }
            }

            if (octet > 0xFF)
                return false;
            octets.GetSpan(1)[0] = (byte)octet;
            octets.Advance(1);
        }

        return true;
    }

    /// <summary>Seconds, as a number or with BIND's units: <c>1h30m</c>.</summary>
    public static bool TryReadSeconds(string raw, out uint seconds)
    {
        seconds = 0;
        ulong total = 0;
        for (var i = 0; i < raw.Length;)
        {
            var start = i;
            while (i < raw.Length && char.IsAsciiDigit(raw[i]))
                i++;
            if (!uint.TryParse(raw.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return false;
            uint unit = 1;
            if (i < raw.Length)
                unit = char.ToLowerInvariant(raw[i++]) switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, 'w' => 604_800, _ => 0 };
            else if (start > 0)
                return false;
            total += (ulong)number * unit;
            if (unit == 0 || total > MaxTtl)
                return false;
        }

        seconds = (uint)total;
        return raw.Length > 0;
    }

    /// <summary>An address as it is always written: four numbers without leading zeros, or IPv6 without a zone.</summary>
    public static bool TryReadAddress(string raw, AddressFamily family, out byte[] octets)
    {
        octets = [];
        if (raw.Contains('%', StringComparison.Ordinal) || !AddressText.TryParse(raw, out var address) || address.AddressFamily != family)
            return false;
        octets = address.GetAddressBytes();
        return true;
    }

    // The last dot counts unless it is escaped.
    private static bool IsAbsolute(string raw)
    {
        if (!raw.EndsWith('.'))
            return false;
        var isEscaped = false;
        foreach (var character in raw.AsSpan(0, raw.Length - 1))
            isEscaped = character == '\\' && !isEscaped;
        return !isEscaped;
    }
}
