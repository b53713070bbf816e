using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Servers.Making;

public sealed class AddressTests : IDisposable
{
    private static readonly NetworkFacts Lan = new("lan", "n-lan", "macvlan", OnLan: true, Internal: false) { Subnets = [IPNetwork.Parse("192.168.7.0/24")], Range = IPNetwork.Parse("192.168.7.248/29"), Taken = [IPAddress.Parse("192.168.7.254")] };
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-addresses").FullName;

    private string BookPath => Path.Combine(_folder, "reservations.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Free_addresses_leave_out_gateway_broadcast_used_and_reserved()
    {
        var used = new HashSet<IPAddress> { IPAddress.Parse("192.168.7.249") };
        var reserved = new HashSet<IPAddress> { IPAddress.Parse("192.168.7.251") };

        AddressPicker.Free(Lan, used, reserved).Select(a => a.ToString()).Should()
            .Equal("192.168.7.248", "192.168.7.250", "192.168.7.252", "192.168.7.253");
    }

    [Fact]
    public void A_name_keeps_address_mac_and_volumes_over_a_restart_of_the_agent()
    {
        var book = new ReservationBook(BookPath, TimeProvider.System);
        var made = book.Open("airplay");
        book.TryAssign("airplay", IPAddress.Parse("192.168.7.250"), new HashSet<string>()).Should().BeTrue();

        var again = new ReservationBook(BookPath, TimeProvider.System).Find("airplay")!;
        again.Mac.Should().Be(made.Mac).And.MatchRegex("^[0-9a-f]{2}(:[0-9a-f]{2}){5}$");
        again.Address.Should().Be(IPAddress.Parse("192.168.7.250"));
        again.Storage.Should().Be("airplay");
    }

    [Theory]
    [InlineData("fd77:c10d:0:1::/64", "02:42:c0:a8:01:80", "fd77:c10d:0:1:42:c0ff:fea8:180")]
    [InlineData("fd77:c10d::/48", "d2:98:fa:11:e7:03", "fd77:c10d::d098:faff:fe11:e703")]
    [InlineData("fd77:c10d:0:1::/80", "02:42:c0:a8:01:80", null)]
    [InlineData(null, "02:42:c0:a8:01:80", null)]
    public void The_IPv6_address_is_that_of_the_MAC(string? subnet, string mac, string? address) =>
        MacAddress.AddressIn(subnet is null ? null : IPNetwork.Parse(subnet), mac)?.ToString().Should().Be(address);

    [Fact]
    public void A_renamed_server_takes_its_reservation_along_and_leaves_the_old_name_free_of_its_volumes()
    {
        var book = new ReservationBook(BookPath, TimeProvider.System);
        book.Open("a");
        book.Bind("a", "1");
        book.Follow([new ContainerFacts { Id = "1", Name = "b", Image = "x", Life = ContainerLife.Exited }]);

        book.Find("a").Should().BeNull();
        book.Find("b")!.Storage.Should().Be("a");
        book.Open("a").Storage.Should().Be("a-2", "the volumes named a-… belong to b now");
    }

    [Fact]
    public void An_address_of_a_name_in_use_is_not_given_away_but_that_of_a_gone_one_is()
    {
        var book = new ReservationBook(BookPath, TimeProvider.System);
        var address = IPAddress.Parse("192.168.7.250");
        book.TryAssign("a", address, new HashSet<string>());

        book.TryAssign("b", address, new HashSet<string> { "a" }).Should().BeFalse();
        book.TryAssign("b", address, new HashSet<string>()).Should().BeTrue();
        book.Find("a")!.Address.Should().BeNull();
    }

    [Fact]
    public void An_unreadable_book_is_set_aside()
    {
        File.WriteAllText(BookPath, "{ torn");
        var book = new ReservationBook(BookPath, TimeProvider.System);
        book.SetAside.Should().NotBeNull();
        File.Exists(book.SetAside).Should().BeTrue();
        book.All.Should().BeEmpty();
    }

    [Fact]
    public async Task This_machines_own_address_is_taken_though_no_ARP_answers_for_it() =>
        (await new NeighbourProbe(TimeProvider.System).IsAnsweringAsync(IPAddress.Loopback, new HashSet<string>(), CancellationToken.None)).Should().BeTrue();

    [Theory]
    [InlineData("192.168.7.9", true)]
    [InlineData("192.168.7.10", false)]
    [InlineData("192.168.7.11", false)]
    public void The_neighbour_table_tells_who_answered(string address, bool answered)
    {
        const string Table = """
            IP address       HW type     Flags       HW address            Mask     Device
            192.168.7.9      0x1         0x2         3e:11:22:33:44:55     *        br0
            192.168.7.10     0x1         0x0         00:00:00:00:00:00     *        br0
            """;
        NeighbourProbe.FindNeighbour(Table, IPAddress.Parse(address)).Should().Be(answered ? "3e:11:22:33:44:55" : null);
    }

    [Fact]
    public void A_neighbour_that_one_interface_could_not_find_may_be_found_by_another()
    {
        const string Table = """
            IP address       HW type     Flags       HW address            Mask     Device
            192.168.7.9      0x1         0x0         00:00:00:00:00:00     *        br0
            192.168.7.9      0x1         0x2         3e:11:22:33:44:55     *        hc-shim
            """;
        NeighbourProbe.FindNeighbour(Table, IPAddress.Parse("192.168.7.9")).Should().Be("3e:11:22:33:44:55");
    }

    [Fact]
    public async Task Addresses_at_which_the_kernel_remembers_a_device_are_given_last_and_asked_like_others()
    {
        using var home = new MakerFixture();
        var network = home.Engine.Networks.Single(network => network.OnLan);
        home.Remembered.UnionWith(Enumerable.Range(240, 14).Select(i => IPAddress.Parse($"192.168.7.{i}")));
        home.Remembered.Remove(IPAddress.Parse("192.168.7.245"));
        home.Answering.Add("192.168.7.240");

        (await GiveAsync("a")).Value!.ToString().Should().Be("192.168.7.245");
        (await GiveAsync("b")).Value!.ToString().Should().Be("192.168.7.241", "a device answers for the one before, and none for this one");

        Task<Outcome<IPAddress>> GiveAsync(string name) => home.Giver.GiveAsync(name, network, wanted: null, new HashSet<IPAddress>(), CancellationToken.None);
    }

    [Fact]
    public async Task When_other_devices_have_the_whole_range_the_error_says_so()
    {
        using var home = new MakerFixture();
        var network = home.Engine.Networks.Single(network => network.OnLan) with { Range = IPNetwork.Parse("192.168.7.0/24") };
        home.Answering.UnionWith(Enumerable.Range(0, 256).Select(i => $"192.168.7.{i}"));

        (await home.Giver.GiveAsync("a", network, wanted: null, new HashSet<IPAddress>(), CancellationToken.None)).Problem!.Message.ToString()
            .Should().Be("Other devices on the LAN answer for 64 addresses of lan (192.168.7.0/24).");
    }

    [Fact]
    public void An_address_that_was_left_rests_for_its_time_whatever_the_clock_is_set_to()
    {
        var clock = new ManualClock();
        var book = new ReservationBook(BookPath, clock);
        var address = IPAddress.Parse("192.168.1.50");
        book.TryAssign("airplay", address, new HashSet<string>()).Should().BeTrue();
        book.Forget("airplay");
        clock.JumpWallClock(TimeSpan.FromDays(1000));
        book.Left.Should().ContainKey(address);
        clock.JumpWallClock(-TimeSpan.FromDays(2000));
        clock.Advance(ReservationBook.LeaveTime);
        book.Left.Should().BeEmpty();
    }
}
