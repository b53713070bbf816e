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

    private static void Check(NameRecord record, string reason) =>
        RecordRules.Check(record).Should().Contain(reason).And.Contain("'x'");
}
