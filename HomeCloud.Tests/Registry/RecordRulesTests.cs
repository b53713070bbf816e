using System.Net;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Registry;

public class RecordRulesTests
{
    [Fact]
    public void A_full_record_is_valid() => RecordRules.Check(Records.Full("a", "x")).Should().BeNull();

    [Fact]
    public void What_is_wrong_is_said_with_the_name()
    {
        var good = Records.Record("a", "x", "10.0.0.1");
        Check(good with { Ttl = -1 }, "TTL");
        Check(good with { AliasOf = "y" }, "has addresses");
        Check(good with { AliasOf = "x", Addresses = [] }, "itself");
        Check(good with { AliasOf = "y..z", Addresses = [] }, "y..z");
        Check(good with { Services = [new ServiceEndpoint("", "tcp", 1)] }, "service");
        Check(good with { Services = [new ServiceEndpoint("_http", "tcp", 1)] }, "service");
        Check(good with { Services = [new ServiceEndpoint("http", "sctp", 1)] }, "tcp or udp");
        Check(good with { Services = [new ServiceEndpoint("http", "tcp", 0)] }, "port 0");
        Check(good with { Owner = "a b" }, "owner");
    }

    [Fact]
    public void Equality_is_by_value()
    {
        var record = Records.Full("a", "x");
        record.Should().Be(Records.Full("a", "x"));
        record.Should().NotBe(record with { Addresses = [IPAddress.Loopback] });
        record.Should().NotBe(record with { Attributes = record.Attributes.SetItem("image", "other") });
    }

    /// <summary>A field that is added and forgotten in Equals, or in <see cref="Records.Full"/>, which other tests believe to be full.</summary>
    [Fact]
    public void Equality_sees_every_field_of_a_full_record()
    {
        var plain = new NameRecord { Name = "other", Owner = "other", AliasOf = "other" };
        foreach (var field in typeof(NameRecord).GetProperties().Where(property => property is { CanWrite: true }))
        {
            var full = Records.Full("a", "x");
            var changed = full with { };
            field.SetValue(changed, field.GetValue(plain));
            changed.Should().NotBe(full, field.Name);
        }
    }

    private static void Check(NameRecord record, string reason) =>
        RecordRules.Check(record).Should().Contain(reason).And.Contain("'x'");
}
