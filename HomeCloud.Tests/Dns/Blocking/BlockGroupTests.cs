using System.Net;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Blocking;

/// <summary>Which lists count for whom and when.</summary>
public sealed class BlockGroupTests : IDisposable, IDeviceAddresses
{
    private const string Mac = "02:42:ac:11:00:02";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("block-groups-");
    private readonly BlockedNames _names = new();
    private readonly List<Neighbour> _neighbours = [];
    private readonly Dictionary<string, IPAddress[]> _homeNames = [];

    public void Dispose() => _directory.Delete(recursive: true);

    IReadOnlyList<IPAddress> IDeviceAddresses.OfName(string name) => _homeNames.GetValueOrDefault(name, []);

    IReadOnlyList<Neighbour> IDeviceAddresses.Neighbours() => _neighbours;

    [Fact(Timeout = 60_000)]
    public async Task A_group_has_its_lists_at_its_hours_and_others_have_theirs()
    {
        // Sunday, 13:00 in Berlin.
        var clock = new ManualClock { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };
        using var keeper = await StartAsync(clock, ["kids=192.168.1.40,10.0.0.0/8", "tv=10.1.0.0/16,10.0.0.9"], ["kids=ads,social@20-18", "tv=none", "all=ads"]);

        Blocked("192.168.1.41").Should().Be("ads");
        Blocked("192.168.1.40").Should().Be("ads social");
        Blocked("10.9.9.9").Should().Be("ads social");
        Blocked("10.1.9.9").Should().Be("", "the longer network is the closer one");
        Blocked("10.0.0.9").Should().Be("", "an address is closer than any network");
        Blocked("::ffff:192.168.1.40").Should().Be("ads social");

        clock.Advance(TimeSpan.FromHours(4.99));
        Blocked("192.168.1.40").Should().Be("ads social");
        clock.Advance(TimeSpan.FromMinutes(1));
        Blocked("192.168.1.40").Should().Be("ads", "it is 18:00 in Berlin");
        clock.Advance(TimeSpan.FromHours(2));
        Blocked("192.168.1.40").Should().Be("ads social");

        // A clock that is set, as by NTP or after a suspend, counts within a minute.
        clock.JumpWallClock(TimeSpan.FromHours(23));
        clock.Advance(TimeSpan.FromMinutes(1));
        Blocked("192.168.1.40").Should().Be("ads");

        keeper.Apply(Options(["kids=192.168.1.41"], []));
        (Blocked("192.168.1.40"), Blocked("192.168.1.41")).Should().Be(("ads social", "ads social"), "without --block-for all lists count");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("2026-03-28T16:59:00Z", "ads")]
    [InlineData("2026-03-28T17:00:00Z", "ads social")]
    [InlineData("2026-03-29T16:00:00Z", "ads social")]
    [InlineData("2026-03-29T15:59:00Z", "ads")]
    [InlineData("2026-10-25T16:59:00Z", "ads")]
    [InlineData("2026-10-25T17:00:00Z", "ads social")]
    public async Task Summer_time_moves_no_hour_of_the_wall_clock(string utc, string blocked)
    {
        var clock = new ManualClock { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };
        clock.JumpWallClock(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture) - clock.GetUtcNow());
        using var keeper = await StartAsync(clock, ["kids=192.168.1.40"], ["kids=ads,social@18-24"]);
        Blocked("192.168.1.40").Should().Be(blocked);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_device_is_found_by_MAC_and_name_and_has_the_rules_at_all_its_addresses()
    {
        var clock = new ManualClock();
        _homeNames["phone"] = [IPAddress.Parse("192.168.1.50")];
        Hear("192.168.1.50", "02:00:00:00:00:50");
        Hear("fd00::50", "02:00:00:00:00:50");
        using var keeper = await StartAsync(clock, [$"kids={Mac.ToUpperInvariant()},Phone"], ["all=none"]);

        (Blocked("192.168.1.50"), Blocked("fd00::50"), Blocked("192.168.1.40")).Should().Be(("ads social", "ads social", ""));
        Hear("192.168.1.40", Mac);
        Hear("fd00::aaaa", Mac);
        clock.Advance(TimeSpan.FromSeconds(10));
        (Blocked("192.168.1.40"), Blocked("fd00::aaaa")).Should().Be(("ads social", "ads social"));

        // The kernel forgets who is silent; somebody else with the address is somebody else.
        _neighbours.RemoveAll(neighbour => neighbour.Mac == Mac);
        clock.Advance(TimeSpan.FromMinutes(10));
        Blocked("192.168.1.40").Should().Be("ads social");
        Hear("192.168.1.40", "02:00:00:00:00:99");
        clock.Advance(TimeSpan.FromSeconds(10));
        Blocked("192.168.1.40").Should().Be("");
    }

    [Fact(Timeout = 60_000)]
    public async Task Devices_behind_a_repeater_are_not_taken_for_one()
    {
        foreach (var address in (string[])["192.168.1.40", "192.168.1.41", "fd00::41"])
            Hear(address, "02:00:00:00:00:77");
        using var keeper = await StartAsync(new ManualClock(), ["kids=192.168.1.40"], ["all=none"]);
        (Blocked("192.168.1.40"), Blocked("192.168.1.41"), Blocked("fd00::41")).Should().Be(("ads social", "", ""));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pause_for_all_is_for_devices_in_no_group_and_one_without_a_device_for_everybody()
    {
        var clock = new ManualClock();
        using var keeper = await StartAsync(clock, ["kids=192.168.1.40"], []);
        var desk = new BlockDesk(keeper, _names, _ => false, clock, NullLogger<BlockDesk>.Instance);
        desk.Pause(TimeSpan.FromHours(1), "all").Should().BeNull();
        (Blocked("192.168.1.40"), Blocked("192.168.1.99")).Should().Be(("ads social", ""));
        desk.Test("ads.example", "kids", out _)!.IsBlocked.Should().BeTrue();
        desk.Test("ads.example", "all", out _)!.Reason.Should().Be("blocking is paused");
        desk.Test("ads.example", null, out _)!.Reason.Should().Be("blocking is paused");

        desk.Pause(TimeSpan.FromHours(1), null).Should().BeNull();
        (Blocked("192.168.1.40"), Blocked("192.168.1.99")).Should().Be(("", ""));
        desk.Resume("").Should().Be(1, "only the pause for everybody ends");
        (Blocked("192.168.1.40"), Blocked("192.168.1.99")).Should().Be(("ads social", ""));
        desk.Resume("all").Should().Be(1);
        Blocked("192.168.1.99").Should().Be("ads social");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pause_of_a_name_or_a_group_that_has_gone_can_be_ended()
    {
        var clock = new ManualClock();
        _homeNames["phone"] = [IPAddress.Parse("192.168.1.60")];
        using var keeper = await StartAsync(clock, ["kids=192.168.1.40"], []);
        var desk = new BlockDesk(keeper, _names, _ => false, clock, NullLogger<BlockDesk>.Instance);
        desk.Pause(TimeSpan.FromHours(1), "Phone").Should().BeNull();
        desk.Pause(TimeSpan.FromHours(1), "kids").Should().BeNull();
        _homeNames.Clear();
        keeper.Apply(Options([], []));

        desk.Resume("phone").Should().Be(1);
        desk.Resume("kids").Should().Be(1);
        desk.Resume("nobody").Should().Be(0);
        desk.Read().Pauses.Should().BeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_MAC_that_was_not_seen_yet_is_tested_with_the_rules_of_its_group()
    {
        var clock = new ManualClock();
        using var keeper = await StartAsync(clock, [$"kids={Mac}"], ["kids=social", "all=ads"]);
        var desk = new BlockDesk(keeper, _names, _ => false, clock, NullLogger<BlockDesk>.Instance);
        desk.Test("social.example", Mac.ToUpperInvariant(), out _)!.Group.Should().Be("kids");
        desk.Test("social.example", Mac, out _)!.IsBlocked.Should().BeTrue();
        desk.Test("social.example", "02:00:00:00:00:99", out _)!.Group.Should().Be("all");
        desk.Pause(TimeSpan.FromMinutes(5), "kids").Should().BeNull();
        desk.Test("social.example", Mac, out _)!.Reason.Should().Be("blocking is paused");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reload_that_adds_the_first_group_makes_the_old_rules_those_of_all()
    {
        using var keeper = await StartAsync(new ManualClock(), [], []);
        _names.Rules!.Group.Should().BeNull();
        keeper.Apply(Options(["kids=192.168.1.40"], []));
        _names.Rules!.Group.Should().Be("all");
        keeper.Apply(Options([], []));
        _names.Rules!.Group.Should().BeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pause_may_be_for_a_group_or_for_a_device_by_name_or_MAC()
    {
        var clock = new ManualClock();
        _homeNames["phone"] = [IPAddress.Parse("192.168.1.40")];
        Hear("192.168.1.60", Mac);
        using var keeper = await StartAsync(clock, ["kids=192.168.1.40,192.168.1.41"], []);
        var desk = new BlockDesk(keeper, _names, _ => false, clock, NullLogger<BlockDesk>.Instance);

        desk.Pause(TimeSpan.FromMinutes(5), "kids").Should().BeNull();
        (Blocked("192.168.1.40"), Blocked("192.168.1.41"), Blocked("192.168.1.60")).Should().Be(("", "", "ads social"));
        clock.Advance(TimeSpan.FromMinutes(6));
        desk.Pause(TimeSpan.FromMinutes(5), "phone").Should().BeNull();
        desk.Pause(TimeSpan.FromMinutes(5), Mac).Should().BeNull();
        (Blocked("192.168.1.40"), Blocked("192.168.1.41"), Blocked("192.168.1.60")).Should().Be(("", "ads social", ""));
        desk.Pause(TimeSpan.FromMinutes(5), "nobody")!.ToString().Should().Contain("'nobody' is no group and no device");
        desk.Resume(null).Should().Be(2);
        desk.Test("ads.example", "kids", out _)!.Reason.Should().Be("it is blocked by list ads for group kids");
        desk.Test("ads.example", "192.168.1.41", out _)!.Group.Should().Be("kids");
        desk.Test("ads.example", "192.168.1.99", out _)!.Group.Should().Be("all");
        desk.Test("ads.example", "nobody", out var problem).Should().BeNull();
        problem.ToString().Should().Contain("nobody");
        desk.Read().Groups.Select(group => $"{group.Name} {string.Join(' ', group.Lists)}").Should().Equal("kids ads social", "all ads social");
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_groups_and_pauses_nothing_wakes_up()
    {
        var clock = new ManualClock();
        using var keeper = await StartAsync(clock, [], []);
        await keeper.StopAsync(CancellationToken.None);
        clock.NextIn.Should().BeNull();
        keeper.Apply(Options(["kids=192.168.1.40"], ["kids=social@20-18"]));
        clock.NextIn.Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("kids", "", "is not NAME=DEVICE,…")]
    [InlineData("Kids=192.168.1.40", "", "is not NAME=DEVICE,…")]
    [InlineData("all=192.168.1.40", "", "stands for devices in no group")]
    [InlineData("kids=192.168.1.40;kids=192.168.1.41", "", "a second time")]
    [InlineData("kids=192.168.1.40;tv=192.168.1.40", "", "is in the group kids already")]
    [InlineData("kids=192.168.1.040", "", "has '192.168.1.040', which is no address, network, MAC or name")]
    [InlineData("kids=192.168.1.0/33", "", "which is no address, network, MAC or name")]
    [InlineData("kids=a", "kids", "is not GROUP=LIST,…")]
    [InlineData("kids=a", "tv=ads", "names no group")]
    [InlineData("kids=a", "kids=games", "has 'games', which is no list")]
    [InlineData("kids=a", "kids=social@20", "has '20', which are no hours")]
    [InlineData("kids=a", "kids=ads;kids=social", "a second time")]
    public void A_wrong_option_is_one_line(string groups, string lists, string problem)
    {
        var options = Options([.. groups.Split(';', StringSplitOptions.RemoveEmptyEntries)], [.. lists.Split(';', StringSplitOptions.RemoveEmptyEntries)]);
        options.Validate().Should().ContainSingle().Which.Should().StartWith("--block-").And.Contain(problem);
    }

    [Fact]
    public void Nothing_that_is_written_makes_it_throw()
    {
        var random = new Random(11);
        const string Letters = "kids=,@:./-0129afALl social";
        for (var round = 0; round < 20_000; round++)
        {
            string Text() => new([.. Enumerable.Range(0, random.Next(24)).Select(_ => Letters[random.Next(Letters.Length)])]);
            var options = Options([Text(), "kids=a"], ["kids=" + Text()]);
            _ = options.Validate().ToList();
            options.ReadGroups().Should().NotBeEmpty();
        }
    }

    private void Hear(string address, string mac, bool isReachable = true)
    {
        _neighbours.RemoveAll(neighbour => neighbour.Address.ToString() == address);
        _neighbours.Add(new Neighbour(IPAddress.Parse(address), mac, isReachable));
    }

    private BlockingOptions Options(string[] groups, string[] lists) => new()
    {
        Lists = [.. ((string[])["ads", "social"]).Select(name => $"{name}={Path.Combine(_directory.FullName, name + ".list")}")],
        Groups = groups,
        For = lists,
    };

    private async Task<BlockKeeper> StartAsync(TimeProvider clock, string[] groups, string[] lists)
    {
        foreach (var name in (string[])["ads", "social"])
            await File.WriteAllTextAsync(Path.Combine(_directory.FullName, name + ".list"), $"||{name}.example^\n");
        var options = Options(groups, lists);
        options.Validate().Should().BeEmpty();
        var keeper = new BlockKeeper(options, _directory.FullName, _names, null, clock, NullLogger<BlockKeeper>.Instance, this);
        await keeper.StartAsync(CancellationToken.None);
        return keeper;
    }

    private string Blocked(string client)
    {
        var rules = _names.Policy?.For(DeviceRules.Number(IPAddress.Parse(client)));
        return string.Join(' ', ((string[])["ads", "social"]).Where(name => rules?.IsBlocked(DnsName.Parse(name + ".example"), out _) == true));
    }
}
