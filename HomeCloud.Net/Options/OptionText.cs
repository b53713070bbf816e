using System.Globalization;
using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Net.Options;

/// <summary>Reads one value of an option.</summary>
/// <returns>What is wrong with the text, to be put behind option and value; null when all is well.</returns>
public delegate string? OptionParser<TValue>(string text, out TValue value);

/// <summary>The common <see cref="OptionParser{TValue}"/>s.</summary>
public static class OptionText
{
    public static string? Anything(string text, out string value)
    {
        value = text;
        return null;
    }

    public static string? NotEmpty(string text, out string value)
    {
        value = text;
        return text.Length == 0 ? "is empty: set a value, or remove it" : null;
    }

    public static string? Number(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) ? null : "is not a whole number";

    public static string? Bytes(string text, out long value)
    {
        var shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        if (!long.TryParse(shift == 0 ? text : text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out value) || value > long.MaxValue >> shift)
            return "is not a valid number of bytes (example: 33554432 or 32M)";
        value <<= shift;
        return null;
    }

    public static string? Seconds(string text, out TimeSpan value)
    {
        value = default;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds > 1e6)
            return "is not a valid number of seconds (example: 10 or 0.5)";
        value = TimeSpan.FromSeconds(seconds);
        return null;
    }

    public static string? Switch(string text, out bool value)
    {
        value = text.ToLowerInvariant() is "true" or "on" or "yes" or "1";
        return value || text.ToLowerInvariant() is "false" or "off" or "no" or "0" ? null : "is neither 'on' nor 'off'";
    }

    public static string? Address(string text, out IPAddress value)
    {
        value = AddressText.TryParse(text, out var address) ? address : IPAddress.None;
        return address is null ? $"is not a valid IP address{AddressText.Advice(text)} (example: 192.168.1.5)" : null;
    }

    public static string? EndPoint(string text, int defaultPort, out IPEndPoint value) =>
        ListenAddress.TryParse(text, defaultPort, out value) ? null : $"is not a valid address with a port (example: 192.168.1.5:{defaultPort})";

    /// <summary>A prefix, or one address, which is a prefix of all its bits.</summary>
    public static string? Prefix(string text, out IPNetwork value)
    {
        if (AddressText.TryParseNetwork(text, out value))
            return null;
        if (!AddressText.TryParse(text, out var address))
            return "is not a valid prefix (example: 100.64.0.0/10)";
        value = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return null;
    }
}
