using System.Net;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Bench.Measuring;

/// <summary>What the zones keep in memory of 100,000 names beyond the names' own octets (owner name and RDATA). HomeCloud.Tests compiles this file too.</summary>
internal static class ZoneMemory
{
    public const int Names = 100_000;

    /// <summary>The goal, in octets.</summary>
    public const int Most = 200;

    private delegate int Adding(ZoneCatalog catalog, RecordSetBuilder records, int index);

    /// <returns>Octets for each name with an A record.</returns>
    public static double OfName() => Measure((catalog, records, i) =>
    {
        var name = DnsName.Parse($"host{i:D6}")[..^1];
        records.Add(RecordType.A, 60, Address(i));
        catalog.Names.Set(name, new NodeContent(records.Content, default, NodeKind.Name));
        return name.Length + 4;
    });

    /// <returns>Octets for each address with a PTR record, its reverse zone included.</returns>
    public static double OfAddress() => Measure((catalog, records, i) =>
    {
        var target = DnsName.Parse($"host{i:D6}.home");
        records.Add(RecordType.Ptr, 60, target);
        catalog.SetReverse(new IPAddress(Address(i)), new NodeContent(records.Content, default, NodeKind.Name));
        return target.Length + 4;
    });

    private static double Measure(Adding add)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var catalog = new ZoneCatalog(new ZoneOptions());
        var records = new RecordSetBuilder();
        long own = 0;
        for (var i = 0; i < Names; i++)
        {
            records.Clear();
            own += add(catalog, records, i);
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before - own) / (double)Names;
        GC.KeepAlive(catalog);
        return each;
    }

    private static byte[] Address(int i) => [10, (byte)(i >> 16), (byte)(i >> 8), (byte)i];
}
