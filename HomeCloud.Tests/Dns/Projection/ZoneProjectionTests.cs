using System.Collections.Immutable;
using System.Net;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Projection;

public sealed class ZoneProjectionTests : ProjectionTests
{
    [Fact]
    public void Names_come_change_and_go_forward_and_reverse()
    {
        Put(0, Record("nas", "a", "192.168.1.30"));
        Address("nas").Should().Be("192.168.1.30");
        Pointer("30.1.168.192").Should().Be("nas.home.");

        Put(0, Record("nas", "a", "192.168.1.31"));
        Address("nas").Should().Be("192.168.1.31");
        Pointer("31.1.168.192").Should().Be("nas.home.");
        Pointer("30.1.168.192").Should().Be("NXDOMAIN");

        Remove(0, "a", "nas");
        Address("nas").Should().Be("NXDOMAIN");
        Pointer("31.1.168.192").Should().Be("NXDOMAIN");
        Harness.Catalog.ReverseZones.Should().BeEmpty("the last address took its zone with it");
    }

    /// <summary>One machine of a shared home may write anything that is valid; the names of the others go on changing.</summary>
    [Fact]
    public void A_record_of_any_size_costs_no_other_name()
    {
        Put(0, Record("nas", "a", "192.168.1.30"));
        Put(0, new NameRecord
        {
            Name = "huge",
            Owner = "evil",
            Since = DateTimeOffset.MaxValue,
            Explanation = new string('x', 100_000),
            Addresses = [.. Enumerable.Range(0, 10_000).Select(i => new IPAddress([10, 1, (byte)(i >> 8), (byte)i]))],
            Services = [.. Enumerable.Range(1, 10_000).Select(i => new ServiceEndpoint("http", "tcp", (ushort)i))],
            Attributes = Enumerable.Range(0, 1000).ToImmutableSortedDictionary(i => $"{new string('k', i)}{i}", i => new string('v', 1000)),
        });
        Put(0, Record("nas", "a", "192.168.1.31"));
        Address("nas").Should().Be("192.168.1.31");
        Harness.Ask("huge.home.", RecordType.A).Code.Should().Be("NOERROR");
        Harness.Ask("huge.home.", RecordType.Txt).Code.Should().Be("NOERROR");
        Harness.Ask("_http._tcp.huge.home.", RecordType.Srv).Code.Should().Be("NOERROR");
        Pointer("1.0.1.10").Should().Be("huge.home.");
        Remove(0, "evil", "huge");
        Address("huge").Should().Be("NXDOMAIN");
        Pointer("1.0.1.10").Should().Be("NXDOMAIN");
    }

    [Fact]
    public void Several_sources_add_up_and_do_not_touch_each_other()
    {
        Put(0, Record("nas", WellKnownOwners.Static, "192.168.1.31"));
        Put(1, Record("printer", WellKnownOwners.Static, "192.168.1.60"));
        Remove(1, WellKnownOwners.Static, "nas");
        Address("nas").Should().Be("192.168.1.31");
        Snapshot(1);
        Address("printer").Should().Be("NXDOMAIN");
        Address("nas").Should().Be("192.168.1.31");
    }

    [Fact]
    public void A_snapshot_replaces_what_its_source_said_before()
    {
        Put(0, Record("gone", "a", "192.168.1.1"));
        Put(0, Record("stays", "a", "192.168.1.2"));
        Snapshot(0, Record("stays", "a", "192.168.1.2"), Record("comes", "a", "192.168.1.3")).Should().Be(2, "a record that stays is no change");
        Address("gone").Should().Be("NXDOMAIN");
        Address("stays").Should().Be("192.168.1.2");
        Address("comes").Should().Be("192.168.1.3");
        Pointer("2.1.168.192").Should().Be("stays.home.");
    }

    [Fact]
    public void Services_follow_their_name()
    {
        var record = Record("web", "a", "192.168.1.8");
        Put(0, record with { Services = [new("http", "tcp", 80), new("http", "tcp", 8080), new("ssh", "tcp", 22)] });
        Harness.Ask("_http._tcp.web.home.", RecordType.Srv).Answer.Should().HaveCount(2);
        Put(0, record with { Services = [new("ssh", "tcp", 2222)] });
        Harness.Ask("_http._tcp.web.home.", RecordType.Srv).Code.Should().Be("NXDOMAIN");
        Harness.Ask("_ssh._tcp.web.home.", RecordType.Srv).Answer.Should().Equal("_ssh._tcp.web.home. 10 IN SRV 0 0 2222 web.home.");
        Remove(0, "a", "web");
        Harness.Ask("_tcp.web.home.", RecordType.Srv).Code.Should().Be("NXDOMAIN");
    }

    [Fact]
    public void One_address_with_two_names_points_to_both()
    {
        Put(0, Record("b", "a", "192.168.1.9"));
        Put(0, Record("a", "a", "192.168.1.9"));
        Harness.Ask("9.1.168.192.in-addr.arpa.", RecordType.Ptr).Answer.Should().HaveCount(2);
        Remove(0, "a", "a");
        Pointer("9.1.168.192").Should().Be("b.home.");
    }

    [Fact]
    public void The_serial_grows_with_changes_only()
    {
        var serial = Harness.Catalog.Serial.Current(Environment.TickCount64 + 60_000);
        Put(0, Record("nas", "a", "192.168.1.31"));
        var after = Harness.Catalog.Serial.Current(Environment.TickCount64 + 60_000);
        after.Should().BeGreaterThan(serial);
        Put(0, Record("nas", "a", "192.168.1.31"));
        Harness.Catalog.Serial.Current(Environment.TickCount64 + 60_000).Should().Be(after);
    }

    [Fact]
    public void Odd_records_stop_nothing()
    {
        Put(0, Record(new string('x', 64), "a", "192.168.1.1"));
        Put(0, Record("", "a", "192.168.1.1"));
        Put(0, Record("a..b", "a", "192.168.1.1"));
        Put(0, Record("twice", "a", "192.168.1.2", "192.168.1.2", "::ffff:192.168.1.3"));
        Harness.Ask("twice.home.", RecordType.A).Answer.Should().HaveCount(3);
        Pointer("3.1.168.192").Should().Be("twice.home.");
        Remove(0, "a", "twice");
        Pointer("2.1.168.192").Should().Be("NXDOMAIN");
    }

    [Fact]
    public void Random_changes_end_where_a_fresh_start_ends()
    {
        var random = new Random(42);
        for (var step = 0; step < 2000; step++)
        {
            var owner = $"box{random.Next(3)}";
            var name = $"n{random.Next(6)}";
            if (random.Next(4) == 0)
                Remove(0, owner, name);
            else if (random.Next(20) == 0)
                SetAlive(0, owner, random.Next(2) == 0);
            else
                Put(0, Record(name, owner, $"10.0.0.{random.Next(1, 30)}", host: owner) with { Since = Nine.AddMinutes(random.Next(100)), State = (RecordState)random.Next(2) });
        }

        var fresh = new PipelineHarness();
        fresh.Projection.Apply(0, new RegistryUpdate(Sources[0], default));
        Content(Harness).Should().Equal(Content(fresh));
    }
}
