namespace HomeCloud.Dns.Forwarding.Rules;

/// <summary>Checks the zones that options name, before they are turned into wire form.</summary>
internal static class ZoneText
{
    /// <summary>Letters, digits, '-' and '_' in labels of 1–63, 255 octets in all (RFC 1035 §2.3.4). Escapes have no place in an option.</summary>
    public static bool IsName(string zone)
    {
        if (zone == ".")
            return true;
        var name = zone.AsSpan().TrimEnd('.');
        if (name.Length is 0 or > 253)
            return false;
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > 63)
                return false;
            foreach (var character in label)
            {
                if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
                    return false;
            }
        }

        return true;
    }
}
