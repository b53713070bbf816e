using System.Net;
using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Net.Machine;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Dns.Blocking;

/// <summary>Which addresses a device has, by what the neighbour table says one look after another.</summary>
public sealed class DeviceBookTests : IDeviceAddresses
{
    private const string Mac = "02:42:ac:11:00:02";

    private readonly ManualClock _clock = new();
    private readonly List<Neighbour> _neighbours = [];
    private readonly DeviceBook _book;

    public DeviceBookTests() => _book = new DeviceBook(this, _clock);

    IReadOnlyList<IPAddress> IDeviceAddresses.OfName(string name) => [];

    IReadOnlyList<Neighbour> IDeviceAddresses.Neighbours() => _neighbours;

    [Fact]
    public void A_repeater_stays_one_while_what_is_behind_it_is_remembered()
    {
        // In turn, never at the same look, and then only one of them.
        foreach (var address in (string[])["192.168.1.40", "192.168.1.41", "192.168.1.40"])
        {
            _neighbours.Clear();
            Hear(address);
            Hear("fd00::41");
            Look(TimeSpan.FromSeconds(10));
        }

        Of("192.168.1.40").Should().Equal(["192.168.1.40"], "another device behind the repeater may have the other address");
        for (var hour = 0; hour < 20; hour++)
            Look(TimeSpan.FromHours(1));
        Of("192.168.1.40").Should().Equal(["192.168.1.40"], "who went away is remembered, and so must the repeater be");
        _neighbours.RemoveAll(one => one.Address.ToString() == "fd00::41");
        Hear("fd00::40");
        for (var hour = 0; hour < 25; hour++)
            Look(TimeSpan.FromHours(1));
        Of("192.168.1.40").Should().Equal("192.168.1.40", "fd00::40");
    }

    [Fact]
    public void A_repeater_shows_at_once_by_two_addresses_in_use_and_stays_one_when_one_is_gone()
    {
        foreach (var address in (string[])["192.168.1.40", "192.168.1.41", "fd00::41"])
            Hear(address);
        Look(TimeSpan.FromSeconds(10));
        Of("192.168.1.40").Should().Equal("192.168.1.40");
        _neighbours.RemoveAt(1);
        Look(TimeSpan.FromHours(1));
        Of("192.168.1.40").Should().Equal("192.168.1.40");
    }

    [Fact]
    public void A_device_with_a_new_lease_is_no_repeater()
    {
        Hear("192.168.1.40");
        Hear("fd00::40");
        Look(TimeSpan.FromSeconds(10));

        // The kernel keeps the old address, stale, for days; what is sent to it makes it no newer.
        Hear("192.168.1.40", isReachable: false);
        Look(TimeSpan.FromMinutes(1));
        Hear("192.168.1.90");
        for (var hour = 0; hour < 30; hour++)
        {
            Look(TimeSpan.FromHours(1));
            Of("192.168.1.90").Should().Equal("192.168.1.90", "fd00::40");
        }

        // And back, after more than a day.
        Hear("192.168.1.90", isReachable: false);
        Look(TimeSpan.FromSeconds(10));
        Hear("192.168.1.40");
        Look(TimeSpan.FromSeconds(10));
        Of("192.168.1.40").Should().Equal("192.168.1.40", "fd00::40");
    }

    [Fact]
    public void A_second_address_on_purpose_takes_no_address_from_a_device_named_by_its_MAC()
    {
        foreach (var address in (string[])["192.168.1.40", "192.168.1.41", "fd00::40"])
            Hear(address);
        Look(TimeSpan.FromSeconds(10));
        Of(Mac).Should().BeEquivalentTo("192.168.1.40", "192.168.1.41", "fd00::40");
    }

    [Fact]
    public void A_newcomer_is_found_however_many_were_seen()
    {
        for (var i = 0; i < 8192; i++)
            _neighbours.Add(new Neighbour(IPAddress.Parse($"10.{i >> 8}.{i & 255}.1"), $"02:00:00:01:{i >> 8:x2}:{i & 255:x2}", IsReachable: true));
        Look(TimeSpan.FromSeconds(10));
        _neighbours.Clear();
        Hear("192.168.1.40");
        Look(TimeSpan.FromSeconds(10));
        Of(Mac).Should().Equal("192.168.1.40");
    }

    [Fact]
    public void Of_one_device_the_last_64_addresses_count()
    {
        for (var i = 0; i < 200; i++)
        {
            _neighbours.Clear();
            Hear($"fd00::{i:x}");
            Look(TimeSpan.FromSeconds(10));
        }

        Of(Mac).Should().BeEquivalentTo(Enumerable.Range(136, 64).Select(i => $"fd00::{i:x}"));
    }

    private void Hear(string address, bool isReachable = true)
    {
        _neighbours.RemoveAll(neighbour => neighbour.Address.ToString() == address);
        _neighbours.Add(new Neighbour(IPAddress.Parse(address), Mac, isReachable));
    }

    private void Look(TimeSpan after)
    {
        _clock.Advance(after);
        _book.Look();
    }

    private IEnumerable<string> Of(string member) => _book.Of(GroupMember.Read(member)!).Select(address => address.ToString());
}
