using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Blocking;

/// <summary>Names blocked and allowed by hand, and pauses: at once, after a restart, and back again.</summary>
public sealed class OwnRulesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("own-rules-");
    private readonly BlockedNames _names = new();
    private readonly ManualClock _time = new();

    private string File => Path.Combine(_directory.FullName, BlockKeeper.Folder, "own.txt");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task A_name_blocked_or_allowed_by_hand_counts_at_once_and_after_a_restart()
    {
        using (var keeper = await StartAsync("||ads.example^", allowed: "shop.example"))
        {
            var desk = Desk(keeper);
            desk.Set("Tracker.Example.", allowed: false).Should().BeNull();
            desk.Set("good.ads.example", allowed: true).Should().BeNull();
            desk.Set("bad.good.ads.example", allowed: false).Should().BeNull();
            desk.Set("shop.example", allowed: false).Should().BeNull();
            Decided();
        }

        _names.Policy = null;
        using var next = await StartAsync("||ads.example^", allowed: "shop.example");
        Decided();

        var again = Desk(next);
        again.Remove("good.ads.example").Should().BeNull();
        IsBlocked("good.ads.example").Should().BeTrue("the list decides again");
        again.Remove("good.ads.example")!.ToString().Should().Contain("neither blocked nor allowed");
        again.Set("tracker.example", allowed: true).Should().BeNull();
        IsBlocked("tracker.example").Should().BeFalse();
        again.Read().Allowed.Should().Equal("tracker.example");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a b.example")]
    [InlineData("x^\n||y.example")]
    [InlineData("192.168.1.1")]
    [InlineData("münchen.example")]
    [InlineData("nas.home")]
    public async Task What_is_no_name_or_a_name_of_the_home_changes_nothing(string name)
    {
        using var keeper = await StartAsync("||ads.example^");
        Desk(keeper).Set(name, allowed: false)!.ToString().Should().Contain("'");
        System.IO.File.Exists(File).Should().BeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disk_that_is_full_leaves_what_counts()
    {
        using var keeper = await StartAsync("||ads.example^");
        Directory.CreateDirectory(File);
        Desk(keeper).Set("tracker.example", allowed: false)!.ToString().Should().StartWith("it cannot be kept");
        IsBlocked("tracker.example").Should().BeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_damaged_file_loses_no_rule_and_is_kept()
    {
        var random = new Random(20);
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        for (var round = 0; round < 50; round++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            await using (var file = System.IO.File.Create(File))
            {
                await file.WriteAsync("||one.example^\n@@||two.example^\n"u8.ToArray());
                await file.WriteAsync(noise);
                await file.WriteAsync("\n||three.example^\n||^\n||..^\n"u8.ToArray());
            }

            using var keeper = await StartAsync("||two.example^");
            (IsBlocked("one.example"), IsBlocked("two.example"), IsBlocked("three.example")).Should().Be((true, false, true));
            Directory.EnumerateFiles(Path.GetDirectoryName(File)!, "own.txt.corrupt*").Should().NotBeEmpty();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_damaged_file_is_mended_at_once_so_every_later_start_has_its_rules()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        const string Damaged = "||one.example^\nno rule at all\n@@||two.example^\n";
        await System.IO.File.WriteAllTextAsync(File, Damaged);
        for (var start = 0; start < 3; start++)
        {
            _names.Policy = null;
            using var keeper = await StartAsync("||two.example^");
            (IsBlocked("one.example"), IsBlocked("two.example")).Should().Be((true, false), $"start {start} has the rules of the one before");
        }

        var copy = Directory.EnumerateFiles(Path.GetDirectoryName(File)!, "own.txt.corrupt*").Should().ContainSingle().Subject;
        (await System.IO.File.ReadAllTextAsync(copy)).Should().Be(Damaged);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_damaged_file_of_which_no_copy_can_be_made_stops_no_start_and_is_not_written_over()
    {
        // A folder has the name that the copy would have.
        var obstacle = Directory.CreateDirectory($"{File}.corrupt-20261122T120000Z");
        const string Damaged = "||one.example^\nno rule at all\n";
        await System.IO.File.WriteAllTextAsync(File, Damaged);
        using var keeper = await StartAsync("||ads.example^");
        IsBlocked("one.example").Should().BeTrue();
        var desk = Desk(keeper);
        desk.Set("two.example", allowed: false)!.ToString().Should().StartWith("it cannot be kept").And.Contain("1 lines that are no rules");
        desk.Remove("one.example")!.ToString().Should().StartWith("it cannot be kept");
        (await System.IO.File.ReadAllTextAsync(File)).Should().Be(Damaged);

        obstacle.Delete();
        desk.Set("two.example", allowed: false).Should().BeNull();
        (IsBlocked("one.example"), IsBlocked("two.example")).Should().Be((true, true));
        (await System.IO.File.ReadAllTextAsync(obstacle.FullName)).Should().Be(Damaged);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_could_not_be_read_is_read_before_it_is_written()
    {
        Directory.CreateDirectory(File);
        using var keeper = await StartAsync("||ads.example^");
        var desk = Desk(keeper);
        desk.Set("two.example", allowed: false)!.ToString().Should().StartWith("it cannot be kept").And.Contain("cannot be read");
        desk.Remove("one.example")!.ToString().Should().Contain("cannot be read");

        Directory.Delete(File);
        await System.IO.File.WriteAllTextAsync(File, "||one.example^\n");
        desk.Set("two.example", allowed: false).Should().BeNull();
        (IsBlocked("one.example"), IsBlocked("two.example")).Should().Be((true, true));
        (await System.IO.File.ReadAllLinesAsync(File)).Should().Contain(["||one.example^", "||two.example^"]);
    }

    [Fact]
    public void So_many_devices_may_have_a_pause_and_no_more()
    {
        var pauses = new BlockPauses(_time);
        for (var i = 0; i < 256; i++)
            pauses.Pause($"10.0.0.{i}", TimeSpan.FromMinutes(5)).Should().BeNull();
        pauses.Pause("10.0.1.0", TimeSpan.FromMinutes(5))!.ToString().Should().Be("256 devices have a pause already");
        pauses.Pause("10.0.0.7", TimeSpan.FromMinutes(9)).Should().BeNull("it has one already");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pause_ends_by_itself_and_may_be_for_one_device()
    {
        using var keeper = await StartAsync("||ads.example^");
        var desk = Desk(keeper);
        desk.Pause(TimeSpan.FromMinutes(5), null).Should().BeNull();
        _names.Policy.Should().BeNull();
        desk.Test("ads.example", null, out _)!.Reason.Should().Be("blocking is paused");
        _time.Advance(TimeSpan.FromMinutes(4.9));
        _names.Policy.Should().BeNull();
        _time.Advance(TimeSpan.FromMinutes(0.2));
        IsBlocked("ads.example").Should().BeTrue();

        desk.Pause(TimeSpan.FromMinutes(5), "192.168.1.40").Should().BeNull();
        desk.Pause(TimeSpan.FromMinutes(10), "fd00::40").Should().BeNull();
        IsBlocked("ads.example").Should().BeTrue();
        (IsBlockedFor("192.168.1.40"), IsBlockedFor("fd00::40"), IsBlockedFor("192.168.1.41")).Should().Be((false, false, true));
        desk.Read().Pauses.Select(pause => pause.Device).Should().Equal("192.168.1.40", "fd00::40");
        _time.Advance(TimeSpan.FromMinutes(6));
        (IsBlockedFor("192.168.1.40"), IsBlockedFor("fd00::40")).Should().Be((true, false));
        desk.Resume("fd00::40").Should().Be(1);
        IsBlockedFor("fd00::40").Should().BeTrue();
        desk.Resume(null).Should().Be(0);

        desk.Pause(TimeSpan.FromDays(2), null)!.ToString().Should().Contain("a day");
        desk.Pause(TimeSpan.Zero, null).Should().NotBeNull();
        desk.Pause(TimeSpan.FromMinutes(1), "192.168.1.030")!.ToString().Should().Contain("192.168.1.030");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pause_of_one_device_is_for_no_other_that_asks_the_same_cached_name()
    {
        await using var upstream = new ScriptedServer().When("*", RecordType.A, reply => reply.Answers.AddRange(["@ 60 CNAME x.ads.example.", "x.ads.example. 60 A 192.0.2.1"]));
        var list = Path.Combine(_directory.FullName, "list.txt");
        await System.IO.File.WriteAllTextAsync(list, "||ads.example^\n");
        await using var harness = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream));
        var options = new BlockingOptions { Lists = [$"ads={list}"] };
        using var keeper = new BlockKeeper(options, _directory.FullName, harness.Blocked, null, _time, NullLogger<BlockKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);

        (await harness.AskAsync("late.example")).Answers[0].Should().Contain("0.0.0.0");
        var desk = Desk(keeper);
        desk.Pause(TimeSpan.FromMinutes(5), "192.168.1.50");
        for (var round = 0; round < 2; round++)
        {
            (await harness.AskAsync("late.example")).Answers.Should().Contain(record => record.Contains("192.0.2.1", StringComparison.Ordinal));
            (await AskFromAsync(harness, "192.168.1.51")).Answers[0].Should().Contain("0.0.0.0", "this device has no pause");
        }

        desk.Resume(null);
        (await harness.AskAsync("late.example")).Answers[0].Should().Contain("0.0.0.0");

        keeper.Apply(new BlockingOptions { Lists = options.Lists, Answer = BlockAnswer.NameError });
        (await harness.AskAsync("late.example")).Code.Should().Be(ResponseCode.NameError, "--block-answer counts after a reload");
        await keeper.StopAsync(CancellationToken.None);
    }

    private static Task<DnsMessage> AskFromAsync(ForwardingHarness harness, string client) => harness.AskAsync(
        DnsMessage.Query("late.example", RecordType.A, 7, 1232, false, HeaderFlags.RecursionDesired), client: ClientAddress.From(System.Net.IPAddress.Parse(client)));

    private void Decided()
    {
        IsBlocked("x.tracker.example").Should().BeTrue();
        IsBlocked("good.ads.example").Should().BeFalse();
        IsBlocked("x.bad.good.ads.example").Should().BeTrue("the longest name decides");
        IsBlocked("shop.example").Should().BeTrue("what a person said last counts before the options");
        IsBlocked("other.example").Should().BeFalse();
    }

    private BlockDesk Desk(BlockKeeper keeper) => new(keeper, _names, name => DnsName.ToText(name).EndsWith(".home.", StringComparison.Ordinal), _time, NullLogger<BlockDesk>.Instance);

    private bool IsBlocked(string name) => _names.Rules?.IsBlocked(DnsName.Parse(name), out _) == true;

    private bool IsBlockedFor(string client) => _names.Policy?.For(DeviceRules.Number(System.Net.IPAddress.Parse(client)))?.IsBlocked(DnsName.Parse("ads.example"), out _) == true;

    private async Task<BlockKeeper> StartAsync(string list, string? allowed = null)
    {
        var path = Path.Combine(_directory.FullName, "list.txt");
        await System.IO.File.WriteAllTextAsync(path, list + "\n");
        var options = new BlockingOptions { Lists = [$"ads={path}"] };
        if (allowed is not null)
            options.Allowed.Add(allowed);
        var keeper = new BlockKeeper(options, _directory.FullName, _names, null, _time, NullLogger<BlockKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);
        return keeper;
    }
}
