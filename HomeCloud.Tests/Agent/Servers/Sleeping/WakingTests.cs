using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Servers.Sleeping;

public sealed class WakingTests : IDisposable
{
    private readonly SleepFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_question_for_its_name_wakes_it_and_the_history_says_who()
    {
        await _home.SleepingAsync();

        (await _home.AskAsync("box")).Should().BeNull();

        _home["box"].Should().Match<ContainerFacts>(box => box.IsUp && box.Asleep == null);
        _home.History.Newest("box", 1)[0].Should().Match<HistoryLine>(line => line.Kind == HistoryKind.Woken && line.By == "192.168.7.50" && line.Detail == "A query");
    }

    [Fact]
    public async Task A_packet_for_its_address_wakes_it()
    {
        await _home.SleepingAsync();

        await _home.PacketAsync("192.168.7.20", "192.168.7.50");

        _home["box"].IsUp.Should().BeTrue();
        _home.History.Newest("box", 1)[0].Detail.Should().Be("ARP");
    }

    [Fact]
    public async Task What_the_kernel_still_asks_after_our_own_probe_wakes_nobody()
    {
        await _home.SleepingAsync();
        _home.Traffic.Add(IPAddress.Parse("192.168.7.20"), 2);

        _home.Clock.Advance(TimeSpan.FromSeconds(3));
        await _home.PacketAsync("192.168.7.20", "127.0.0.1");
        _home["box"].Asleep.Should().NotBeNull("that was this machine itself");

        await _home.PacketAsync("192.168.7.20", "192.168.7.50");
        _home["box"].IsUp.Should().BeTrue("that was another device");
    }

    [Fact]
    public async Task A_device_that_is_about_to_give_up_is_answered_in_its_place()
    {
        await _home.SleepingAsync();
        var gate = new TaskCompletionSource();
        _home.Engine.BeforeStart = () => gate.Task;

        Call().Should().BeNull("it may be up within a second");
        _home.Clock.Advance(TimeSpan.FromSeconds(1));
        Call().Should().BeNull();
        _home.Clock.Advance(TimeSpan.FromSeconds(1));
        Call().Should().Be("02:00:00:00:00:01", "the device asks three times");

        gate.SetResult();
        await ReconcilerRig.Until(() => !_home.Waker.IsWaking, () => "waking does not end");
        Call().Should().BeNull("it answers itself");

        string? Call() => _home.Desk.Packet(IPAddress.Parse("192.168.7.20"), IPAddress.Parse("192.168.7.50"), "02:00:00:00:00:aa", "ARP");
    }

    [Fact]
    public async Task A_person_at_this_machine_wakes_it_by_a_packet()
    {
        await _home.SleepingAsync();

        await _home.PacketAsync("192.168.7.20", "127.0.0.1");

        _home["box"].IsUp.Should().BeTrue();
    }

    [Fact]
    public async Task A_flood_of_calls_starts_it_once()
    {
        await _home.SleepingAsync();
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
        await _home.PassAsync(SleepFixture.Awhile);
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
        await _home.PassAsync(SleepFixture.Awhile);

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
        await _home.PassAsync(SleepFixture.Awhile);

        await _home.PacketAsync("192.168.7.20", "192.168.7.50");
        _home["box"].IsUp.Should().Be(byPacket);
        await _home.AskAsync("box");
        _home["box"].IsUp.Should().Be(byName || byPacket);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_put_to_sleep_before_its_port_opened_is_started_again_for_the_next_caller()
    {
        await _home.SleepingAsync();
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
        await _home.SleepingAsync();

        _home.Open();

        _home["box"].Asleep.Should().NotBeNull();
        _home["box"].Addresses.Should().ContainSingle();
        (await _home.AskAsync("box")).Should().BeNull();
        _home["box"].IsUp.Should().BeTrue();
    }

    [Fact]
    public async Task An_engine_that_is_away_is_told_to_the_caller_and_costs_no_sleeper()
    {
        await _home.SleepingAsync();
        _home.Engine.Away = new ServerProblem(ProblemCode.EngineAway, "Docker is away.");

        (await _home.AskAsync("box")).Should().Be("Docker is away.");

        _home.Engine.Away = null;
        _home["box"].Asleep.Should().NotBeNull();
        (await _home.AskAsync("box")).Should().BeNull();
    }

    [Fact]
    public async Task One_that_cannot_be_started_says_so_and_is_left_alone_for_a_while()
    {
        await _home.SleepingAsync();
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
        await _home.SleepingAsync();
        _home.Engine.LifeAfterStart = ContainerLife.Exited;

        await _home.AskAsync("box");
        await _home.AskAsync("box");

        _home["box"].Should().Match<ContainerFacts>(box => box.Asleep == null && !box.IsUp);
        _home.Engine.Starts.Should().Be(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_answer_waits_until_its_first_port_is_open()
    {
        await _home.SleepingAsync();
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
        await _home.PassAsync(SleepFixture.Awhile);
        Directory.Delete(folder);
        File.CreateSymbolicLink(folder, elsewhere);

        (await _home.AskAsync("box")).Should().Contain("link");

        _home["box"].Asleep.Should().NotBeNull();
    }

    [Fact]
    public async Task Stopped_by_hand_it_wakes_no_more()
    {
        await _home.SleepingAsync();

        (await _home.Keeper.StopAsync("box", "mo", CancellationToken.None)).Should().BeNull();
        await _home.AskAsync("box");

        _home["box"].Should().Match<ContainerFacts>(box => box.Asleep == null && !box.IsUp);
    }

    [Fact]
    public async Task Started_by_docker_it_is_awake()
    {
        await _home.SleepingAsync();

        await _home.Engine.StartAsync(_home["box"].Id, CancellationToken.None);
        await _home.PassAsync(TimeSpan.FromSeconds(10));

        _home.Book.Sleepers.Should().BeEmpty();
        _home.History.Newest("box", 1)[0].Should().Match<HistoryLine>(line => line.Kind == HistoryKind.Woken && line.By == "docker");
    }

    [Fact]
    public async Task An_address_that_another_container_has_is_not_answered_for_the_sleeper()
    {
        await _home.SleepingAsync();

        _home.Run("thief", "never", "192.168.7.20");

        _home["box"].Should().Match<ContainerFacts>(box => box.Asleep == null && !box.Addresses.Any());
    }
}
