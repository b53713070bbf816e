using System.Collections.Concurrent;
using System.Text;
using HomeCloud.Dns.Zones;
using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>Which names wake a server, services and wildcards included. Written by the projection, read by any thread.</summary>
public sealed class SleeperTable(ZoneCatalog catalog)
{
    private readonly ConcurrentDictionary<string, NameRecord> _names = new(StringComparer.Ordinal);

    /// <param name="relative">Of a node: folded, in wire form, without the root.</param>
    /// <returns>Null when it wakes nobody.</returns>
    public NameRecord? Find(ReadOnlySpan<byte> relative) => _names.GetValueOrDefault(Key(relative));

    /// <summary>Whether a question for the name wakes its server.</summary>
    internal static bool IsCallable(NameRecord? record) =>
        record is { State: RecordState.Asleep, AliasOf: null }
        && (!record.Attributes.TryGetValue(RecordAttributes.WakeOn, out var ways) || ways.Contains("name", StringComparison.Ordinal));

    internal void Set(ReadOnlySpan<byte> relative, NameRecord? record)
    {
        if (IsCallable(record))
            _names[Key(relative)] = record!;
        else if (!_names.IsEmpty)
            _names.TryRemove(Key(relative), out _);
        else
            return;
        catalog.HasSleepers = !_names.IsEmpty;
    }

    private static string Key(ReadOnlySpan<byte> relative) => Encoding.Latin1.GetString(relative);
}
