using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace HomeCloud.Net.Addresses;

/// <summary>
/// The one way to read an address, a network or an endpoint that a person or a program wrote. <see cref="IPAddress"/> alone also reads
/// what inet_aton(3) does: 192.168.1.030 as octal (192.168.1.24), 10.1 as 10.0.0.1, 0x7f.0.0.1. Here IPv4 has four decimal
/// parts without leading zeros (RFC 6943 §3.1.1), and no brackets belong to an IPv6 address.
/// </summary>
public static class AddressText
{
    private static readonly SearchValues<char> Ipv4Characters = SearchValues.Create("0123456789.");

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (IPAddress.TryParse(text, out address) && IsWrittenOut(text))
            return true;
        address = null;
        return false;
    }

    /// <summary>Reads <c>192.168.1.0/24</c> or <c>fd00::/64</c>.</summary>
    public static bool TryParseNetwork([NotNullWhen(true)] string? text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network) && IsWrittenOut(text.AsSpan(0, text!.IndexOf('/', StringComparison.Ordinal))))
            return true;
        network = default;
        return false;
    }

    /// <summary>Reads <c>192.168.1.5:53</c>, <c>[fd00::5]:53</c>, or an address alone, whose port is then 0.</summary>
    public static bool TryParseEndPoint([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        if (IPEndPoint.TryParse(text ?? "", out endPoint) && IsWrittenOut(HostOf(text)))
            return true;
        endPoint = null;
        return false;
    }

    /// <summary>False for a URL whose IPv4 address is written in another way: <see cref="Uri"/> has read http://192.168.1.030 as octal.</summary>
    public static bool IsWrittenOut(Uri url) =>
        url.HostNameType != UriHostNameType.IPv4 || (url.OriginalString.Contains(url.Host, StringComparison.Ordinal) && TryParse(url.Host, out _));

    /// <summary>Whether the text was meant as an address, right or wrong: it must not be taken for a name.</summary>
    public static bool IsMeantAsAddress(string text) =>
        text.Length > 0 && (text.Contains(':', StringComparison.Ordinal) || !text.AsSpan().ContainsAnyExcept(Ipv4Characters));

    /// <summary>What to write instead of an IPv4 address whose parts have leading zeros, as the end of a message; empty for other mistakes.</summary>
    public static string Advice(string text) =>
        WithoutZeros(text) is { } plain ? $" (leading zeros mean octal to some programs: write {plain} if you mean that)" : "";

    /// <summary>The address that is left when leading zeros are taken off; null when that is none, or there are none.</summary>
    public static string? WithoutZeros(string text)
    {
        var parts = text.Split('.').Select(part => part.TrimStart('0') is { Length: > 0 } digits ? digits : "0");
        return string.Join('.', parts) is var plain && plain != text && TryParse(plain, out _) ? plain : null;
    }

    private static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> text)
    {
        if (text is ['[', ..])
            return text[1..text.IndexOf(']')];
        var colon = text.IndexOf(':');
        return colon >= 0 && colon == text.LastIndexOf(':') ? text[..colon] : text;
    }

    // Called with what the framework has read already: only its liberties are looked for.
    private static bool IsWrittenOut(ReadOnlySpan<char> text)
    {
        if (text is ['[', ..])
            return false;
        var ipv4 = text[(text.LastIndexOf(':') + 1)..];
        if (ipv4.Length < text.Length && !ipv4.Contains('.'))
            return true;
        var parts = 0;
        foreach (var range in ipv4.Split('.'))
        {
            var part = ipv4[range];
            parts++;
            if (part.Length is 0 or > 3 || part.ContainsAnyExceptInRange('0', '9') || part is ['0', _, ..])
                return false;
        }

        return parts == 4;
    }
}
