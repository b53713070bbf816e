using System.Globalization;
using System.Net;

namespace HomeCloud.Net.Addresses;

/// <summary>Reads <c>192.168.1.5</c>, <c>192.168.1.5:53</c>, <c>::1</c>, <c>[::1]:53</c>, <c>[fe80::1%eth0]:53</c>.</summary>
public static class ListenAddress
{
    /// <summary>Those of the texts that are addresses; the validator of the options reports the others.</summary>
    public static IEnumerable<IPEndPoint> ReadAll(IEnumerable<string> texts, int defaultPort)
    {
        foreach (var text in texts)
        {
            if (TryParse(text, defaultPort, out var endPoint))
                yield return endPoint;
        }
    }

    public static bool TryParse(string? text, int defaultPort, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.None, 0);
        if (string.IsNullOrWhiteSpace(text))
            return false;

        text = text.Trim();
        var address = text;
        var port = defaultPort;
        var colon = text.LastIndexOf(':');
        var hasPort = colon > 0 && (text[colon - 1] == ']' || text.IndexOf(':', StringComparison.Ordinal) == colon);
        if (hasPort)
        {
            address = text[..colon];
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > IPEndPoint.MaxPort)
                return false;
        }

        if (address.StartsWith('[') && address.EndsWith(']'))
            address = address[1..^1];
        else if (hasPort && address.Contains(':', StringComparison.Ordinal))
            return false;

        if (!AddressText.TryParse(address, out var parsed))
            return false;

        endPoint = new IPEndPoint(parsed, port);
        return true;
    }
}
