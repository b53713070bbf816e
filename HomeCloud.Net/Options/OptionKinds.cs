using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace HomeCloud.Net.Options;

/// <summary>Rows of the common kinds. Options classes import them with <c>using static</c>.</summary>
/// <typeparam name="T">The options class that the rows write to.</typeparam>
[SuppressMessage("Design", "CA1000", Justification = "Imported with its type by using static, so that rows name no type.")]
public static class OptionKinds<T>
{
    public static OptionRow<T> Text(string name, string placeholder, string description, Action<T, string> set, char? letter = null) =>
        One(name, placeholder, description, OptionText.NotEmpty, set, letter);

    public static OptionRow<T> Number(string name, string placeholder, string description, Action<T, int> set) =>
        One(name, placeholder, description, OptionText.Number, set);

    /// <summary>A number of bytes, with K, M or G for powers of 1024.</summary>
    public static OptionRow<T> Bytes(string name, string description, Action<T, long> set) =>
        One(name, "BYTES", description, OptionText.Bytes, set);

    public static OptionRow<T> Seconds(string name, string description, Action<T, TimeSpan> set) =>
        One(name, "SECONDS", description, OptionText.Seconds, set);

    public static OptionRow<T> Switch(string name, string description, Action<T, bool> set) =>
        One(name, null, description, OptionText.Switch, set);

    /// <summary>A switch without a value, for commands that also take arguments.</summary>
    public static OptionRow<T> Flag(string name, string description, Action<T> set, char? letter = null) =>
        new(name, null, description, (options, _) =>
        {
            set(options);
            return null;
        })
        { Short = letter, IsFlag = true };

    public static OptionRow<T> List(string name, string placeholder, string description, Func<T, IList<string>> list, char? letter = null, bool keepsCommas = false) =>
        Many(name, placeholder, description, OptionText.Anything, list, letter, keepsCommas);

    /// <summary>Addresses with a port, or 'off' for none.</summary>
    public static OptionRow<T> EndPoints(string name, string description, int defaultPort, Func<T, IList<IPEndPoint>> list, char? letter = null)
    {
        var row = Many(name, "ADDR:PORT", description, (text, out value) => OptionText.EndPoint(text, defaultPort, out value), list);
        return new(name, row.Placeholder, description, (options, values) => row.Apply(options, values is ["off"] ? [] : values)) { Repeatable = true, Short = letter };
    }

    public static OptionRow<T> One<TValue>(string name, string? placeholder, string description, OptionParser<TValue> parse, Action<T, TValue> set, char? letter = null) =>
        new(name, placeholder, description, (options, values) =>
        {
            if (parse(values[0], out var value) is { } problem)
                return problem;
            set(options, value);
            return null;
        })
        { Short = letter };

    public static OptionRow<T> Many<TValue>(string name, string placeholder, string description, OptionParser<TValue> parse, Func<T, IList<TValue>> list, char? letter = null, bool keepsCommas = false) =>
        new(name, placeholder, description, (options, values) =>
        {
            var target = list(options);
            target.Clear();
            foreach (var text in values)
            {
                if (parse(text, out var value) is { } problem)
                    return problem;
                target.Add(value);
            }

            return null;
        })
        { Repeatable = true, KeepsCommas = keepsCommas, Short = letter };
}
