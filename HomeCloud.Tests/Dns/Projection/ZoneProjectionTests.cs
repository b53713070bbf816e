using System.Collections.Immutable;
using System.Net;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Projection;

public class ZoneProjectionTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private readonly PipelineHarness _harness = new();
    private readonly Dictionary<int, RegistrySnapshot> _sources = [];

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
        _harness.Catalog.ReverseZones.Should().BeEmpty("the last address took its zone with it");
    }

    [Fact]
    public void The_oldest_claim_wins_and_the_loser_gets_its_host_s_name()
    {
        Put(0, Record("nas", "b", "192.168.1.32", host: "Box-B.lan") with { Since = Nine.AddMinutes(30) });
        Address("nas").Should().Be("192.168.1.32");
        Put(0, Record("nas", "a", "192.168.1.31", host: "box_a") with { Since = Nine });
        Address("nas").Should().Be("192.168.1.31");
        Address("nas.box-b").Should().Be("192.168.1.32");
        Pointer("32.1.168.192").Should().Be("nas.box-b.home.");
        Address("nas.box-a").Should().Be("NXDOMAIN", "the winner has the name itself");

        Remove(0, "a", "nas");
        Address("nas").Should().Be("192.168.1.32");
        Address("nas.box-b").Should().Be("NXDOMAIN");
        Pointer("32.1.168.192").Should().Be("nas.home.");
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
        _harness.Ask("huge.home.", RecordType.A).Code.Should().Be("NOERROR");
        _harness.Ask("huge.home.", RecordType.Txt).Code.Should().Be("NOERROR");
        _harness.Ask("_http._tcp.huge.home.", RecordType.Srv).Code.Should().Be("NOERROR");
        Pointer("1.0.1.10").Should().Be("huge.home.");
        Remove(0, "evil", "huge");
        Address("huge").Should().Be("NXDOMAIN");
        Pointer("1.0.1.10").Should().Be("NXDOMAIN");
    }

    [Fact]
    public void The_page_beats_every_container()
    {
        Put(0, Record("cloud", "a", "192.168.1.31") with { Since = Nine });
        Put(0, Record("cloud", "b" + WellKnownOwners.PageSuffix, "192.168.1.5") with { Since = Nine.AddHours(1) });
        Address("cloud").Should().Be("192.168.1.5");
    }

    [Theory]
    [InlineData("wpad")]
    [InlineData("isatap")]
    [InlineData("localhost")]
    [InlineData("check")]
    [InlineData("ns")]
    [InlineData("cloud")]
    public void An_agent_that_does_not_know_a_name_as_reserved_gives_it_to_no_container(string name)
    {
        var before = Address(name);
        Put(0, Record(name, "old-agent", "192.168.1.31", host: "box"));
        Address(name).Should().Be(before);
        Address(name + ".box").Should().Be("192.168.1.31", "it has its host's name, like everybody who does not get the own one");
        Pointer("31.1.168.192").Should().Be($"{name}.box.home.");
        Remove(0, "old-agent", name);
        Address(name + ".box").Should().Be("NXDOMAIN");

        Put(1, Record(name, WellKnownOwners.HostsFile, "192.168.1.40"));
        Address(name).Should().Be("192.168.1.40", "a person wrote it where nobody else writes");
        Put(0, Record("*." + name, "old-agent", "192.168.1.31"));
        Address("x." + name).Should().Be("NXDOMAIN", "nothing below it either");
    }

    [Fact]
    public void Where_the_name_is_another_page_s_a_page_s_second_name_beats_every_container_too()
    {
        Put(0, Record("cloud.cellar", "a", "192.168.1.31") with { Since = Nine });
        Put(0, Record("cloud", "attic" + WellKnownOwners.PageSuffix, "192.168.1.5", host: "attic") with { Since = Nine });
        Put(0, Record("cloud", "cellar" + WellKnownOwners.PageSuffix, "192.168.1.6", host: "cellar") with { Since = Nine.AddHours(1) });
        Address("cloud").Should().Be("192.168.1.5");
        Address("cloud.cellar").Should().Be("192.168.1.6");

        Put(0, Record("cloud.cellar", "b", "192.168.1.32") with { Since = Nine.AddHours(2) });
        Address("cloud.cellar").Should().Be("192.168.1.6");
        Put(0, Record("cloud.cellar", WellKnownOwners.Static, "192.168.1.40") with { Since = Nine.AddHours(2) });
        Address("cloud.cellar").Should().Be("192.168.1.40", "a person wrote it");
    }

    [Fact]
    public void Static_beats_agents_running_beats_stopped_living_beats_dead()
    {
        Put(0, Record("nas", "a", "192.168.1.31") with { Since = Nine });
        Put(0, Record("nas", WellKnownOwners.Static, "192.168.1.40") with { Since = Nine.AddHours(1) });
        Address("nas").Should().Be("192.168.1.40");
        Remove(0, WellKnownOwners.Static, "nas");
        Put(1, Record("nas", WellKnownOwners.HostsFile, "192.168.1.41") with { Since = Nine.AddHours(1) });
        Address("nas").Should().Be("192.168.1.41", "a person wrote the hosts file too");
        Remove(1, WellKnownOwners.HostsFile, "nas");

        Put(0, Record("nas", "b", "192.168.1.32") with { Since = Nine.AddHours(1) });
        Address("nas").Should().Be("192.168.1.31");
        Put(0, Record("nas", "a") with { Since = Nine, State = RecordState.Stopped });
        Address("nas").Should().Be("192.168.1.32");
        Put(0, Record("nas", "a", "192.168.1.31") with { Since = Nine });
        Address("nas").Should().Be("192.168.1.31");

        SetAlive(0, "a", false);
        Address("nas").Should().Be("192.168.1.32");
        SetAlive(0, "a", true);
        Address("nas").Should().Be("192.168.1.31");
    }

    [Fact]
    public void A_real_claim_beats_a_substitute_name()
    {
        Put(0, Record("nas", "a", "192.168.1.31", host: "a") with { Since = Nine });
        Put(0, Record("nas", "b", "192.168.1.32", host: "b") with { Since = Nine.AddHours(1) });
        Address("nas.b").Should().Be("192.168.1.32");
        Put(0, Record("nas.b", "c", "192.168.1.50") with { Since = Nine.AddHours(2) });
        Address("nas.b").Should().Be("192.168.1.50");
        Remove(0, "c", "nas.b");
        Address("nas.b").Should().Be("192.168.1.32");
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
        _harness.Ask("_http._tcp.web.home.", RecordType.Srv).Answer.Should().HaveCount(2);
        Put(0, record with { Services = [new("ssh", "tcp", 2222)] });
        _harness.Ask("_http._tcp.web.home.", RecordType.Srv).Code.Should().Be("NXDOMAIN");
        _harness.Ask("_ssh._tcp.web.home.", RecordType.Srv).Answer.Should().Equal("_ssh._tcp.web.home. 10 IN SRV 0 0 2222 web.home.");
        Remove(0, "a", "web");
        _harness.Ask("_tcp.web.home.", RecordType.Srv).Code.Should().Be("NXDOMAIN");
    }

    [Fact]
    public void One_address_with_two_names_points_to_both()
    {
        Put(0, Record("b", "a", "192.168.1.9"));
        Put(0, Record("a", "a", "192.168.1.9"));
        _harness.Ask("9.1.168.192.in-addr.arpa.", RecordType.Ptr).Answer.Should().HaveCount(2);
        Remove(0, "a", "a");
        Pointer("9.1.168.192").Should().Be("b.home.");
    }

    [Fact]
    public void The_serial_grows_with_changes_only()
    {
        var serial = _harness.Catalog.Serial.Current(Environment.TickCount64 + 60_000);
        Put(0, Record("nas", "a", "192.168.1.31"));
        var after = _harness.Catalog.Serial.Current(Environment.TickCount64 + 60_000);
        after.Should().BeGreaterThan(serial);
        Put(0, Record("nas", "a", "192.168.1.31"));
        _harness.Catalog.Serial.Current(Environment.TickCount64 + 60_000).Should().Be(after);
    }

    [Fact]
    public void Odd_records_stop_nothing()
    {
        Put(0, Record(new string('x', 64), "a", "192.168.1.1"));
        Put(0, Record("", "a", "192.168.1.1"));
        Put(0, Record("a..b", "a", "192.168.1.1"));
        Put(0, Record("twice", "a", "192.168.1.2", "192.168.1.2", "::ffff:192.168.1.3"));
        _harness.Ask("twice.home.", RecordType.A).Answer.Should().HaveCount(3);
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
        fresh.Projection.Apply(0, new RegistryUpdate(_sources[0], default));
        Content(_harness).Should().Equal(Content(fresh));
    }

    private static IEnumerable<string> Content(PipelineHarness harness) =>
        harness.Catalog.ForwardZones.Take(1).Concat(harness.Catalog.ReverseZones)
            .SelectMany(zone => zone.Names.All.Select(node => $"{DnsName.ToText(zone.Origin)} {Convert.ToHexString(node.Name)} {Convert.ToHexString(node.Packed)}"))
            .Order(StringComparer.Ordinal);

    private static NameRecord Record(string name, string owner, params string[] addresses) => Record(name, owner, addresses, null);

    private static NameRecord Record(string name, string owner, string address, string host) => Record(name, owner, [address], host);

    private static NameRecord Record(string name, string owner, string[] addresses, string? host) => new()
    {
        Name = name,
        Owner = owner,
        Since = Nine,
        Addresses = [.. addresses.Select(IPAddress.Parse)],
        Attributes = host is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : ImmutableSortedDictionary<string, string>.Empty.Add(RecordAttributes.Host, host),
    };

    private string Address(string name)
    {
        var answer = _harness.Ask($"{name}.home.", RecordType.A);
        return answer.Answer.Count == 1 ? answer.Answer[0].Split(' ')[^1] : answer.Code;
    }

    private string Pointer(string reversed)
    {
        var answer = _harness.Ask($"{reversed}.in-addr.arpa.", RecordType.Ptr);
        return answer.Answer.Count == 1 ? answer.Answer[0].Split(' ')[^1] : answer.Code;
    }

    private void Put(int source, NameRecord record) => Change(source, RecordChange.Put(record));

    private void Remove(int source, string owner, string name) => Change(source, RecordChange.Remove(new RecordKey(owner, name)));

    private void Change(int source, RecordChange change)
    {
        var now = _sources.GetValueOrDefault(source) ?? RegistrySnapshot.Empty;
        if (now.Revision == 0)
            _harness.Projection.Apply(source, new RegistryUpdate(now, default));
        now = now with
        {
            Revision = now.Revision + 1,
            Records = change.Record is { } record ? now.Records.SetItem(change.Key, record) : now.Records.Remove(change.Key),
        };
        _sources[source] = now;
        _harness.Projection.Apply(source, new RegistryUpdate(now, [change]));
    }

    private int Snapshot(int source, params NameRecord[] records)
    {
        var snapshot = RegistrySnapshot.Empty with { Revision = 99, Records = records.ToImmutableDictionary(record => record.Key) };
        _sources[source] = snapshot;
        return _harness.Projection.Apply(source, new RegistryUpdate(snapshot, default));
    }

    private void SetAlive(int source, string owner, bool alive)
    {
        var now = _sources[source];
        now = now with { Revision = now.Revision + 1, Owners = now.Owners.SetItem(owner, new OwnerStatus(owner, alive, Nine)) };
        _sources[source] = now;
        _harness.Projection.Apply(source, new RegistryUpdate(now, [], OwnersChanged: true));
    }
}
