using System.Globalization;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>The hash that says where the registry stands.</summary>
/// <param name="Epoch">Born with the data; empty when there is none yet.</param>
/// <param name="Revision">Of the newest write.</param>
/// <param name="Tip">Token of the newest write.</param>
/// <param name="Term">How often writers moved to another primary.</param>
/// <param name="Restored">Whether names without an agent were put back after Redis had lost everything.</param>
internal sealed record RedisMeta(string Epoch, long Revision, string Tip, long Term, bool Restored)
{
    public static RedisMeta None { get; } = new("", 0, "", 0, false);

    public static RedisMeta From(HashEntry[] entries)
    {
        var fields = entries.ToDictionary(entry => (string)entry.Name!, entry => (string)entry.Value!);
        string Field(string name) => fields.GetValueOrDefault(name, "");
        return From(Field("epoch"), Field("revision"), Field("tip"), Field("term"), Field("restored"));
    }

    public static RedisMeta From(string? epoch, string? revision, string? tip, string? term, string? restored) => new(
        epoch ?? "", Number(revision), tip ?? "", Number(term), !string.IsNullOrEmpty(restored));

    private static long Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
