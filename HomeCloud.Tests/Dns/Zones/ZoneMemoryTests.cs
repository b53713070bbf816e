using System.Net;
using HomeCloud.Dns.Wire;
using HomeCloud.Dns.Zones;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Zones;

/// <summary>What 100,000 names cost beyond their own octets (name and record data), forward and reverse together.</summary>
[Trait("Category", "Slow")]
[Collection(AloneCollection.Name)]
public class ZoneMemoryTests(ITestOutputHelper output)
{
    private const int Names = 100_000;
    private const int Most = 200;

    [Fact]
    public void A_name_costs_less_than_200_octets_beyond_its_own()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var catalog = new ZoneCatalog(new ZoneOptions());
        var records = new RecordSetBuilder();
        long own = 0;
        for (var i = 0; i < Names; i++)
        {
            var name = RelativeName($"host{i:D6}");
            records.Clear();
            records.Add(RecordType.A, 60, [10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]).Should().BeTrue();
            catalog.Names.Set(name, new NodeContent(records.Content, default, NodeKind.Name));
            own += name.Length + 4;
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before - own) / (double)Names;
        GC.KeepAlive(catalog);
        output.WriteLine($"measured: {each:0} octets a name beyond its own data, of {Names} names");
        each.Should().BeLessThan(Most);
    }

    [Fact]
    public void So_does_the_name_of_an_address()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var catalog = new ZoneCatalog(new ZoneOptions());
        var records = new RecordSetBuilder();
        long own = 0;
        for (var i = 0; i < Names; i++)
        {
            var address = new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]);
            var target = DnsName.Parse($"host{i:D6}.home");
            records.Clear();
            records.Add(RecordType.Ptr, 60, target).Should().BeTrue();
            catalog.SetReverse(address, new NodeContent(records.Content, default, NodeKind.Name));
            own += target.Length + 4;
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before - own) / (double)Names;
        GC.KeepAlive(catalog);
        output.WriteLine($"measured: {each:0} octets an address beyond its own data, of {Names} addresses");
        each.Should().BeLessThan(Most);
    }

    private static byte[] RelativeName(string label) => DnsName.Parse(label)[..^1];
}
