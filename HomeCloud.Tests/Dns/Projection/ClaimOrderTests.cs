using HomeCloud.Net.Wire;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Dns.Projection;

/// <summary>Who gets a name that several owners claim.</summary>
public sealed class ClaimOrderTests : ProjectionTests
{
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

    /// <summary>Anyone on the Wi-Fi can name a device "nas" and wait until the server's machine is down.</summary>
    [Fact]
    public void What_a_device_calls_itself_beats_nobody()
    {
        Put(1, Record("nas", WellKnownOwners.LeaseFile, "192.168.1.99") with { Since = Nine.AddHours(-1) });
        Address("nas").Should().Be("192.168.1.99");
        Put(0, Record("nas", "a", "192.168.1.31", host: "a") with { Since = Nine });
        Address("nas").Should().Be("192.168.1.31");
        SetAlive(0, "a", false);
        Address("nas").Should().Be("192.168.1.31");
        Put(0, Record("nas", "a", [], "a") with { Since = Nine, State = RecordState.Stopped });
        Harness.Ask("nas.home.", RecordType.A).Answer.Should().BeEmpty("it is stopped, and nobody takes its place");

        Put(1, Record("cloud", WellKnownOwners.LeaseFile, "192.168.1.99"));
        Address("cloud").Should().NotBe("192.168.1.99");
        Put(1, Record("tablet", WellKnownOwners.LeaseFile, "192.168.1.50"));
        (Address("tablet"), Pointer("50.1.168.192")).Should().Be(("192.168.1.50", "tablet.home."));
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
}
