using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>Puts records into a zone that is delegated to us, which nothing else fills.</summary>
internal static class DelegatedNames
{
    /// <param name="zone">The zone.</param>
    /// <param name="records">What updates hold now, of all zones.</param>
    /// <param name="before">The same before the last change: names that are gone leave the zone. Null: nothing was published.</param>
    public static void Publish(Zone zone, UpdatedRecords records, UpdatedRecords? before)
    {
        var builder = new RecordSetBuilder();
        var origin = DnsName.ToText(zone.Origin);
        var all = records.Sets.Where(pair => pair.Value.Count > 0 && IsIn(pair.Key.Name, origin)).ToLookup(pair => pair.Key.Name, pair => pair);
        foreach (var gone in (before?.Sets.Keys ?? []).Select(key => key.Name).Distinct().Where(name => IsIn(name, origin) && !all.Contains(name)))
            zone.Names.Remove(Relative(gone, zone));
        foreach (var name in all)
        {
            builder.Clear();
            foreach (var (key, set) in name.OrderBy(pair => pair.Key.Type))
            {
                foreach (var record in set)
                    builder.Add(key.Type, record.Ttl, record.Data);
            }

            zone.Names.Set(Relative(name.Key, zone), new NodeContent(builder.Content.ToArray(), default, NodeKind.Name));
        }
    }

    private static bool IsIn(string name, string origin) => name == origin || name.EndsWith($".{origin}", StringComparison.Ordinal);

    private static byte[] Relative(string name, Zone zone)
    {
        var wire = DnsName.Parse(name);
        return wire[..^zone.Origin.Length];
    }
}
