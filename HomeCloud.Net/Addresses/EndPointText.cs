using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace HomeCloud.Net.Addresses;

/// <summary>Reads <c>addr</c>, <c>addr:port</c>, <c>[v6]:port</c>, strictly: no host names, no 127.1, and each refusal says what to write.</summary>
public static class EndPointText
{
    public static bool TryParse(string text, int defaultPort, [NotNullWhen(true)] out IPEndPoint? endPoint, [NotNullWhen(false)] out string? problem)
    {
        endPoint = null;
        problem = null;
        var (host, portText) = Split(text);
        var port = defaultPort;
        if (portText is not null
            && (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            problem = $"has no valid port ('{portText}'): write 1 to 65535";
            return false;
        }

        if (AddressText.TryParse(host, out var address))
        {
            endPoint = new IPEndPoint(address, port);
            return true;
        }

        problem = AddressText.Advice(host) is { Length: > 0 } advice
            ? $"is not a valid address ('{host}'){advice}"
            : host.AsSpan().IndexOfAny('#', '@') >= 0
            ? $"is not a valid address: write a port after ':' (example: {host.Split('#', '@')[0]}:{defaultPort})"
            : $"is not a valid address ('{host}'): write it as numbers (example: 192.168.1.1 or [2001:db8::1]:{defaultPort})";
        return false;
    }

    public static string Format(IPEndPoint endPoint, int defaultPort) =>
        endPoint.Port == defaultPort ? endPoint.Address.ToString() : endPoint.ToString();

    private static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
                return (text, null);
            var after = text[(close + 1)..];
            return (text[1..close], after.Length == 0 ? null : after.TrimStart(':'));
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var single = colon >= 0 && text.IndexOf(':', colon + 1) < 0;
        return single ? (text[..colon], text[(colon + 1)..]) : (text, null);
    }
}
