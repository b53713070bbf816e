using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Servers.Sleeping;

public sealed class WakingTests : IDisposable
{
    private const string Router = "192.168.7.1";
    private static readonly TimeSpan Awhile = TimeSpan.FromMinutes(16);

    private readonly SleepFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_question_for_its_name_wakes_it_and_the_history_says_who()
    {
        await SleepingAsync();

        (await _home.AskAsync("box")).Should().BeNull();

        _home["box"].Should().Match<ContainerFacts>(box => box.IsUp && box.Asleep == null);
        _home.History.Newest("box", 1)[0].Should().Match<HistoryLine>(line => line.Kind == HistoryKind.Woken && line.By == "192.168.7.50" && line.Detail == "A query");
    }

    [Fact]
    public async Task A_packet_for_its_address_wakes_it()
    {
        await SleepingAsync();

        await PacketAsync("192.168.7.20", "192.168.7.50");

        _home["box"].IsUp.Should().BeTrue();
        _home.History.Newest("box", 1)[0].Detail.Should().Be("ARP");
    }

    [Fact]
    public async Task A_flood_of_calls_starts_it_once()
    {
        await SleepingAsync();
        var gate = new TaskCompletionSource();
        _home.Engine.BeforeStart = () => gate.Task;
        await _home.AskAsync("other");

        var calls = Enumerable.Range(0, 1000).Select(i => _home.AskAsync("box", $"192.168.7.{2 + (i % 200)}")).ToList();
        gate.SetResult();
        (await Task.WhenAll(calls)).Should().OnlyContain(problem => problem == null);

        _home.Engine.Starts.Should().Be(1);
    }

    [Fact]
    public async Task So_many_start_at_once_and_no_more()
    {
        const int Servers = 20;
        for (var i = 0; i < Servers; i++)
            _home.Run($"box{i}", "15m", $"192.168.7.{20 + i}");
        await _home.PassAsync(Awhile);
        var (now, most) = (0, 0);
        _home.Engine.BeforeStart = async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
        };

        await Task.WhenAll(Enumerable.Range(0, Servers).Select(i => _home.AskAsync($"box{i}")));

        _home.Engine.Containers.Should().OnlyContain(box => box.IsUp);
        most.Should().BeInRange(1, 4);
    }

    [Theory]
    [InlineData("192.168.7.0/28", false)]
    [InlineData("192.168.7.0/24", true)]
    [InlineData("192.168.7.50", true)]
    [InlineData("02-00-00-00-00-aa", true)]
    [InlineData("02:00:00:00:00:bb", false)]
    [InlineData("nonsense", false)]
    public async Task Who_may_wake_it_is_a_label(string label, bool wakes)
    {
        _home.Run("box", "15m", "192.168.7.20", (HomeCloudLabels.WakeBy, label));
        _home.Mac = "02:00:00:00:00:aa";
        await _home.PassAsync(Awhile);

        var problem = await _home.AskAsync("box");

        _home["box"].IsUp.Should().Be(wakes);
        (problem is null).Should().Be(wakes);
    }

    [Theory]
    [InlineData("name", true, false)]
    [InlineData("packet", false, true)]
    [InlineData("name,packet", true, true)]
    [InlineData("none", false, false)]
    public async Task What_wakes_it_is_a_label(string label, bool byName, bool byPacket)
    {
        _home.Run("box", "15m", "192.168.7.20", (HomeCloudLabels.WakeOn, label));
        await _home.PassAsync(Awhile);

        await PacketAsync("192.168.7.20", "192.168.7.50");
        _home["box"].IsUp.Should().Be(byPacket);
        await _home.AskAsync("box");
        _home["box"].IsUp.Should().Be(byName || byPacket);
    }

    [Fact]
    public async Task A_device_that_calls_every_minute_and_never_connects_keeps_nobody_awake()
    {
        await SleepingAsync();
        var awake = TimeSpan.Zero;
        for (var minute = 0; minute < 8 * 60; minute++)
        {
            await PacketAsync("192.168.7.20", Router);
            await _home.PassAsync(TimeSpan.FromMinutes(1));
            awake += _home["box"].IsUp ? TimeSpan.FromMinutes(1) : TimeSpan.Zero;
        }

        awake.TotalHours.Should().BeInRange(0.5, 2, "it is awake for a quarter of an hour each time, ever more rarely");
    }

    [Fact]
    public async Task A_device_that_waits_and_keeps_calling_is_let_through()
    {
        await SleepingAsync();
        for (var i = 0; i < 2; i++)
        {
            await PacketAsync("192.168.7.20", Router);
            await _home.PassAsync(Awhile);
        }

        await PacketAsync("192.168.7.20", Router);
        (await _home.AskAsync("box", Router)).Should().Contain("in vain");
        _home["box"].IsUp.Should().BeFalse("it called in vain twice");
        _home.Clock.Advance(TimeSpan.FromSeconds(1));
        await PacketAsync("192.168.7.20", Router);
        _home["box"].IsUp.Should().BeFalse();
        _home.Clock.Advance(TimeSpan.FromSeconds(1));
        await PacketAsync("192.168.7.20", Router);

        _home["box"].IsUp.Should().BeTrue("a third question within seconds is somebody who wants to connect");
    }

    [Fact]
    public async Task A_device_that_connects_may_call_again_and_again()
    {
        await SleepingAsync();
        for (var i = 0; i < 5; i++)
        {
            (await _home.AskAsync("box")).Should().BeNull();
            _home.Engine.Use = _ => new UseReading(1, 0);
            await _home.PassAsync(TimeSpan.FromMinutes(1));
            _home.Engine.Use = _ => new UseReading(0, 0);
            await _home.PassAsync(Awhile);
            _home["box"].Asleep.Should().NotBeNull();
        }
    }

    [Fact]
    public async Task Our_own_probes_of_its_ports_are_no_caller_and_no_use()
    {
        var packets = 0L;
        _home.Engine.Use = _ => new UseReading(0, packets);
        await SleepingAsync();
        for (var i = 0; i < 2; i++)
        {
            packets = 28;
            (await _home.AskAsync("box")).Should().BeNull();
            _home.Traffic.Add(IPAddress.Parse("192.168.7.20"), 32);
            await _home.PassAsync(TimeSpan.FromMinutes(1));
            packets += 40;
            _home.Traffic.Add(IPAddress.Parse("192.168.7.20"), 40);
            await _home.PassAsync(Awhile - TimeSpan.FromMinutes(1));
            _home["box"].Asleep.Should().NotBeNull();
        }

        (await _home.AskAsync("box")).Should().Contain("in vain");
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, 0)]
    public async Task A_device_that_asks_for_one_page_each_time_may_call_again_and_again(int packetsBeforeTheFirstLook, int packetsAfter)
    {
        var packets = 0L;
        _home.Engine.Use = _ => new UseReading(0, packets);
        await SleepingAsync();
        for (var i = 0; i < 5; i++)
        {
            packets = packetsBeforeTheFirstLook;
            (await _home.AskAsync("box")).Should().BeNull();
            await _home.PassAsync(TimeSpan.FromSeconds(20));
            packets += packetsAfter;
            await _home.PassAsync(Awhile);
            _home["box"].Asleep.Should().NotBeNull("a page is no use for long");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task One_put_to_sleep_before_its_port_opened_is_started_again_for_the_next_caller()
    {
        await SleepingAsync();
        _home.Port = PortAnswer.Refused;
        var first = _home.AskAsync("box");
        await ReconcilerRig.Until(() => _home["box"].IsUp && _home["box"].Asleep is null, () => "it does not start");
        (await _home.Keeper.SleepAsync("box", "mo", "by hand")).Should().BeNull();
        _home.Port = PortAnswer.Open;

        (await _home.AskAsync("box")).Should().BeNull();

        _home["box"].Should().Match<ContainerFacts>(box => box.IsUp && box.Asleep == null);
        _home.Engine.Starts.Should().Be(2);
        _home.Clock.Advance(TimeSpan.FromSeconds(1));
        (await first).Should().BeNull();
    }

    [Fact]
    public async Task The_agent_forgets_no_sleeper_when_it_is_started_anew()
    {
        await SleepingAsync();

        _home.Open();

        _home["box"].Asleep.Should().NotBeNull();
        _home["box"].Addresses.Should().ContainSingle();
        (await _home.AskAsync("box")).Should().BeNull();
        _home["box"].IsUp.Should().BeTrue();
    }

    [Fact]
    public async Task An_engine_that_is_away_is_told_to_the_caller_and_costs_no_sleeper()
    {
        await SleepingAsync();
        _home.Engine.Away = new ServerProblem(ProblemCode.EngineAway, "Docker is away.");

        (await _home.AskAsync("box")).Should().Be("Docker is away.");

        _home.Engine.Away = null;
        _home["box"].Asleep.Should().NotBeNull();
        (await _home.AskAsync("box")).Should().BeNull();
    }

    [Fact]
    public async Task One_that_cannot_be_started_says_so_and_is_left_alone_for_a_while()
    {
        await SleepingAsync();
        _home.Engine.StartFailure = new ServerProblem(ProblemCode.EngineRefused, "Docker refused: Address already in use");

        for (var i = 0; i < 50; i++)
            (await _home.AskAsync("box")).Should().Be("Docker refused: Address already in use");

        _home.Engine.Starts.Should().Be(1);
        _home.History.Newest("box", 1)[0].Kind.Should().Be(HistoryKind.WakeFailed);
        _home["box"].Asleep!.Trouble.Should().Contain("already in use");
        _home.Engine.StartFailure = null;
        _home.Clock.Advance(TimeSpan.FromMinutes(1));
        (await _home.AskAsync("box")).Should().BeNull();
        _home["box"].IsUp.Should().BeTrue();
    }

    [Fact]
    public async Task One_that_dies_at_once_is_no_sleeper_any_more()
    {
        await SleepingAsync();
        _home.Engine.LifeAfterStart = ContainerLife.Exited;

        await _home.AskAsync("box");
        await _home.AskAsync("box");

        _home["box"].Should().Match<ContainerFacts>(box => box.Asleep == null && !box.IsUp);
        _home.Engine.Starts.Should().Be(1);
    }

    [Fact]
    public async Task Without_memory_the_longest_idle_one_gives_way_and_nobody_in_use_does()
    {
        _home.Run("used", "30m", "192.168.7.21");
        _home.Run("idle", "30m", "192.168.7.22");
        await SleepingAsync();
        _home.Engine.Use = container => new UseReading(container.Name == "used" ? 1 : 0, 0);
        await _home.PassAsync(TimeSpan.FromMinutes(1));
        _home.Available = 1 << 20;
        _home.Engine.AfterStop = () => _home.Available = 2L << 30;

        (await _home.AskAsync("box")).Should().BeNull();

        _home["idle"].Asleep.Should().NotBeNull();
        _home["used"].IsUp.Should().BeTrue();
        _home["box"].IsUp.Should().BeTrue();
    }

    [Fact]
    public async Task Of_two_idle_ones_the_longer_idle_gives_way()
    {
        _home.Run("lately", "2h", "192.168.7.21");
        _home.Run("long-ago", "2h", "192.168.7.22");
        await SleepingAsync();
        _home.Engine.Use = container => new UseReading(container.Name == "lately" ? 1 : 0, 0);
        await _home.PassAsync(TimeSpan.FromMinutes(1));
        _home.Engine.Use = _ => new UseReading(0, 0);
        _home.Available = 1 << 20;
        _home.Engine.AfterStop = () => _home.Available = 2L << 30;

        (await _home.AskAsync("box")).Should().BeNull();

        _home["long-ago"].Asleep.Should().NotBeNull();
        _home["lately"].IsUp.Should().BeTrue();
    }

    [Fact]
    public async Task A_and_AAAA_of_one_try_are_one_call()
    {
        await SleepingAsync();
        for (var i = 0; i < 2; i++)
        {
            await _home.AskAsync("box");
            await _home.PassAsync(Awhile);
        }

        for (var tries = 0; tries < 2; tries++)
        {
            (await _home.AskAsync("box")).Should().Contain("in vain");
            (await _home.AskAsync("box")).Should().Contain("in vain", "its other address family");
            _home.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        (await _home.AskAsync("box")).Should().BeNull("a third try");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_answer_waits_until_its_first_port_is_open()
    {
        await SleepingAsync();
        _home.Port = PortAnswer.Refused;
        var asked = _home.AskAsync("box");
        await ReconcilerRig.Until(() => _home["box"].IsUp && _home["box"].Asleep is null, () => "it does not start");
        _home.Clock.Advance(TimeSpan.FromSeconds(1));
        asked.IsCompleted.Should().BeFalse("its port is closed");

        _home.Port = PortAnswer.Open;
        await ReconcilerRig.Until(
            () =>
            {
                _home.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return asked.IsCompleted;
            },
            () => "the answer does not come");

        (await asked).Should().BeNull();
    }

    [Fact]
    public async Task A_folder_that_has_become_a_link_is_no_longer_mounted()
    {
        var (folder, elsewhere) = (Path.Combine(_home.Folder, "data"), Path.Combine(_home.Folder, "elsewhere"));
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(elsewhere);
        _home.Options.MountRoot = _home.Folder;
        _home.Engine.Add(_home.Run("box") with { Binds = [new ContainerBind(folder, "/data", true)], Labels = _home["box"].Labels.SetItem(Labels.Server, "image") });
        await _home.PassAsync(Awhile);
        Directory.Delete(folder);
        File.CreateSymbolicLink(folder, elsewhere);

        (await _home.AskAsync("box")).Should().Contain("link");

        _home["box"].Asleep.Should().NotBeNull();
    }

    [Fact]
    public async Task Without_memory_and_with_nobody_to_give_way_it_says_so()
    {
        await SleepingAsync();
        _home.Available = 1 << 20;

        (await _home.AskAsync("box")).Should().Contain("memory");

        _home["box"].Asleep.Should().NotBeNull();
    }

    [Fact]
    public async Task Stopped_by_hand_it_wakes_no_more()
    {
        await SleepingAsync();

        (await _home.Keeper.StopAsync("box", "mo", CancellationToken.None)).Should().BeNull();
        await _home.AskAsync("box");

        _home["box"].Should().Match<ContainerFacts>(box => box.Asleep == null && !box.IsUp);
    }

    [Fact]
    public async Task Started_by_docker_it_is_awake()
    {
        await SleepingAsync();

        await _home.Engine.StartAsync(_home["box"].Id, CancellationToken.None);
        await _home.PassAsync(TimeSpan.FromSeconds(10));

        _home.Book.Sleepers.Should().BeEmpty();
        _home.History.Newest("box", 1)[0].Should().Match<HistoryLine>(line => line.Kind == HistoryKind.Woken && line.By == "docker");
    }

    [Fact]
    public async Task An_address_that_another_container_has_is_not_answered_for_the_sleeper()
    {
        await SleepingAsync();

        _home.Run("thief", "never", "192.168.7.20");

        _home["box"].Should().Match<ContainerFacts>(box => box.Asleep == null && !box.Addresses.Any());
    }

    private async Task SleepingAsync()
    {
        _home.Run("box");
        await _home.PassAsync(Awhile);
        _home["box"].Asleep.Should().NotBeNull();
    }

    private async Task PacketAsync(string address, string client)
    {
        _home.Desk.Packet(IPAddress.Parse(address), IPAddress.Parse(client), "02:00:00:00:00:aa", "ARP");
        await _home.SettleAsync();
        await ReconcilerSettleAsync();
    }

    private Task ReconcilerSettleAsync() => ReconcilerRig.Until(() => !_home.Waker.IsWaking, () => "waking does not end");
}
