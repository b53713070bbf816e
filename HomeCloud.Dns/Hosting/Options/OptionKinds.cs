using System.Globalization;

namespace HomeCloud.Dns.Hosting.Options;

/// <summary>Makes options of the common kinds, and reads their values.</summary>
public static class OptionKinds
{
    public static DnsOption List(string name, string placeholder, string description, Func<DnsServerOptions, IList<string>> list) =>
        new(name, placeholder, description, (options, values) =>
        {
            var target = list(options);
            target.Clear();
            foreach (var value in values)
                target.Add(value);
            return null;
        })
        { Repeatable = true };

    public static DnsOption Text(string name, string placeholder, string description, Action<DnsServerOptions, string> set) =>
        new(name, placeholder, description, (options, values) =>
        {
            set(options, values[0]);
            return values[0].Length == 0 ? "is empty: set a value, or remove it" : null;
        });

    public static DnsOption Number(string name, string placeholder, string description, Action<DnsServerOptions, int> set) =>
        new(name, placeholder, description, (options, values) =>
        {
            if (!int.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return "is not a whole number";
            set(options, number);
            return null;
        });

    /// <summary>A number of bytes, with K, M or G for powers of 1024.</summary>
    public static DnsOption Bytes(string name, string description, Action<DnsServerOptions, long> set) =>
        new(name, "BYTES", description, (options, values) =>
        {
            var text = values[0].AsSpan();
            var shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
            if (!long.TryParse(shift == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue >> shift)
                return "is not a valid number of bytes (example: 33554432 or 32M)";
            set(options, number << shift);
            return null;
        });

    public static DnsOption Seconds(string name, string description, Action<DnsServerOptions, TimeSpan> set) =>
        new(name, "SECONDS", description, (options, values) =>
        {
            if (!double.TryParse(values[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds > 1e6)
                return "is not a valid number of seconds (example: 10 or 0.5)";
            set(options, TimeSpan.FromSeconds(seconds));
            return null;
        });

    public static DnsOption Switch(string name, string description, Action<DnsServerOptions, bool> set) =>
        new(name, null, description, (options, values) =>
        {
            switch (values[0].ToLowerInvariant())
            {
                case "true" or "on" or "yes" or "1":
                    set(options, true);
                    return null;
                case "false" or "off" or "no" or "0":
                    set(options, false);
                    return null;
                default:
                    return "is neither 'on' nor 'off'";
            }
        });
}
