using HomeCloud.Bench.Measuring;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Zones;

/// <summary>What 100,000 names cost beyond their own octets (name and record data), as <c>./bench</c> measures it.</summary>
[Trait("Category", "Slow")]
[Collection(AloneCollection.Name)]
public class ZoneMemoryTests(ITestOutputHelper output)
{
    [Fact]
    public void A_name_costs_less_than_200_octets_beyond_its_own() => Check("a name", ZoneMemory.OfName());

    [Fact]
    public void So_does_the_name_of_an_address() => Check("an address", ZoneMemory.OfAddress());

    private void Check(string what, double each)
    {
        output.WriteLine($"measured: {each:0} octets {what} beyond its own data, of {ZoneMemory.Names}");
        each.Should().BePositive().And.BeLessThan(ZoneMemory.Most);
    }
}
