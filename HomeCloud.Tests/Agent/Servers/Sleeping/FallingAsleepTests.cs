using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Tests.Agent.Servers.Sleeping;

public sealed class FallingAsleepTests : IDisposable
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private readonly SleepFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_server_that_nobody_uses_falls_asleep_after_its_time_and_keeps_name_address_and_mac()
    {
        _home.Run("box");

        await _home.PassAsync(Quarter - TimeSpan.FromSeconds(20));
        _home["box"].Asleep.Should().BeNull("its time is not over");
        await _home.PassAsync(TimeSpan.FromMinutes(1));

        var asleep = _home["box"];
        asleep.Asleep.Should().NotBeNull();
        asleep.Life.Should().Be(ContainerLife.Exited);
        asleep.Addresses.Select(address => address.ToString()).Should().Equal("192.168.7.20");
        asleep.Endpoints[0].Mac.Should().Be("02:00:00:00:00:01");
        _home.History.Newest("box", 1)[0].Should().Match<HistoryLine>(line => line.Kind == HistoryKind.FellAsleep && line.Detail == "nobody used it for 15m");
        _home.Engine.Kept.Should().ContainSingle().Which.Should().ContainSingle().Which.Addresses.Should().ContainSingle();
    }

    [Fact]
    public async Task Without_a_time_it_never_sleeps_and_nothing_is_looked_at()
    {
        _home.Run("box", sleep: "never");
        var looks = 0;
        _home.Engine.Use = _ =>
        {
            looks++;
            return new UseReading(0, 0);
        };

        await _home.PassAsync(TimeSpan.FromHours(2));

        _home["box"].Asleep.Should().BeNull();
        looks.Should().Be(0);
        (await _home.Watch.LookAsync(CancellationToken.None)).Should().BeNull("there is nothing to wait for");
    }

    [Fact]
    public async Task Servers_that_sleep_cost_no_further_look()
    {
        _home.Run("box");
        await _home.PassAsync(TimeSpan.FromMinutes(16));

        (await _home.Watch.LookAsync(CancellationToken.None)).Should().BeNull("there is nothing to wait for");
    }

    public static TheoryData<string, UseReading?> InUse => new()
    {
        { "a connection is open", new UseReading(1, 0) },
        { "a command runs inside", new UseReading(0, 0, RunsExec: true) },
        { "connections cannot be seen", new UseReading(null, 0, Unseen: "no cat") },
        { "nothing can be seen", null },
    };

    [Theory]
    [MemberData(nameof(InUse))]
    public async Task It_never_sleeps_while(string what, UseReading? reading)
    {
        _home.Run("box");
        _home.Engine.Use = _ => reading;

        await _home.PassAsync(TimeSpan.FromHours(1));

        _home["box"].Asleep.Should().BeNull(what);
    }

    [Fact]
    public async Task What_keeps_it_awake_is_told()
    {
        var box = _home.Run("box");
        _home.Engine.Use = _ => new UseReading(null, 0, Unseen: "its image has no command cat");

        await _home.PassAsync(TimeSpan.FromMinutes(20));

        _home.Idle.WhyAwake(box.Id)!.ToString().Should().Be("box stays awake: its connections cannot be seen: its image has no command cat.");
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(4, true)]
    public async Task Packets_of_its_own_are_no_use_and_those_of_a_game_are(int packetsInALook, bool sleeps)
    {
        _home.Run("box");
        var packets = 0L;
        _home.Engine.Use = _ => new UseReading(0, packets += packetsInALook);

        await _home.PassAsync(TimeSpan.FromHours(1));

        (_home["box"].Asleep is not null).Should().Be(sleeps);
    }

    [Theory]
    [InlineData(ContainerHealthState.Unhealthy)]
    [InlineData(ContainerHealthState.Starting)]
    public async Task It_never_sleeps_while_its_health_check_does_not_pass(ContainerHealthState health)
    {
        _home.Engine.Add(_home.Run("box") with { Health = health });

        await _home.PassAsync(TimeSpan.FromHours(1));

        _home["box"].Asleep.Should().BeNull();
    }

    [Fact]
    public async Task It_never_sleeps_while_it_starts_and_its_port_is_closed()
    {
        _home.Run("box");
        _home.Port = PortAnswer.Refused;

        await _home.PassAsync(TimeSpan.FromMinutes(50));
        _home["box"].Asleep.Should().BeNull();
        _home.Port = PortAnswer.Open;
        await _home.PassAsync(TimeSpan.FromMinutes(16));

        _home["box"].Asleep.Should().NotBeNull();
    }

    [Fact]
    public async Task It_never_sleeps_while_it_is_being_created()
    {
        _home.Run("box", sleep: "10s");
        _home.Operations.Begin("box", "mo");

        await _home.PassAsync(TimeSpan.FromMinutes(5));

        _home["box"].Asleep.Should().BeNull();
    }

    [Fact]
    public async Task What_others_need_sleeps_after_them_and_wakes_before_them()
    {
        (string, string)[] Compose(string service, string needs) =>
            [(HomeCloudLabels.ComposeProject, "shop"), (HomeCloudLabels.ComposeService, service), (HomeCloudLabels.ComposeDependsOn, needs)];
        _home.Run("shop-db-1", "1m", "192.168.7.21", Compose("db", ""));
        _home.Run("shop-web-1", "15m", "192.168.7.22", Compose("web", "db:service_started:false"));

        await _home.PassAsync(TimeSpan.FromMinutes(10));
        _home["shop-db-1"].Asleep.Should().BeNull("the shop runs");
        await _home.PassAsync(TimeSpan.FromMinutes(10));
        _home["shop-web-1"].Asleep.Should().NotBeNull();
        _home["shop-db-1"].Asleep.Should().NotBeNull();

        (await _home.AskAsync("shop-web-1")).Should().BeNull();
        _home["shop-web-1"].IsUp.Should().BeTrue();
        _home["shop-db-1"].IsUp.Should().BeTrue();
        _home.History.Newest(null, 2).Select(line => line.Subject).Should().Equal("shop-web-1", "shop-db-1");
    }

    [Fact]
    public async Task One_that_can_never_sleep_is_given_no_time()
    {
        _home.Engine.Add(_home.Run("once") with { IsTemporary = true });

        (await _home.Keeper.SetAsync("once", "15m", "mo", CancellationToken.None))!.Code.Should().Be(ProblemCode.InvalidSleep);
        (await _home.Keeper.SetAsync("once", "never", "mo", CancellationToken.None)).Should().BeNull();
    }

    public static TheoryData<string, string> Never => new()
    {
        { "--rm", "--rm" },
        { "swarm", "Swarm" },
        { "host", "host's network" },
        { "joined", "network of another container" },
        { "role", "part of HomeCloud" },
        { "elsewhere", "no address on the LAN" },
    };

    [Theory]
    [MemberData(nameof(Never))]
    public async Task What_can_never_sleep_says_why(string what, string why)
    {
        var box = _home.Run("box", "15m", "192.168.7.20", what switch
        {
            "swarm" => [(HomeCloudLabels.SwarmService, "web")],
            "role" => [(HomeCloudLabels.Role, "dns")],
            _ => [],
        });
        _home.Engine.Add(what switch
        {
            "--rm" => box with { IsTemporary = true },
            "host" => box with { NetworkMode = "host" },
            "joined" => box with { NetworkMode = "container:other" },
            "elsewhere" => box with { Endpoints = [] },
            _ => box,
        });

        (await _home.Keeper.SleepAsync("box", "mo", "by hand"))!.Message.ToString().Should().Contain(why);
        await _home.PassAsync(TimeSpan.FromMinutes(30));
        _home.Engine.Containers.Single().Life.Should().Be(ContainerLife.Running);
    }

    [Fact]
    public async Task A_port_that_never_opens_keeps_it_awake_for_an_hour_only()
    {
        _home.Run("box");
        _home.Port = PortAnswer.Refused;

        await _home.PassAsync(TimeSpan.FromMinutes(80));

        _home["box"].Asleep.Should().NotBeNull();
    }

    [Fact]
    public async Task A_command_inside_begins_its_time_anew()
    {
        _home.Run("box");
        _home.Engine.Use = _ => new UseReading(0, 0, RunsExec: true);
        await _home.PassAsync(TimeSpan.FromMinutes(16));
        _home.Engine.Use = _ => new UseReading(0, 0);

        await _home.PassAsync(TimeSpan.FromMinutes(10));
        _home["box"].Asleep.Should().BeNull("the command ended ten minutes ago");
        await _home.PassAsync(TimeSpan.FromMinutes(10));

        _home["box"].Asleep.Should().NotBeNull();
    }

    [Fact]
    public async Task What_was_set_of_it_goes_with_its_volumes()
    {
        _home.Engine.Add(_home.Run("box") with { Labels = _home["box"].Labels.SetItem(Labels.Server, "image") });
        (await _home.Keeper.SetAsync("box", "10m", "mo", CancellationToken.None)).Should().BeNull();

        (await _home.Keeper.RemoveAsync("box", withVolumes: true, kill: false, "mo", CancellationToken.None)).Should().BeNull();

        _home.Book.Setting("box").Should().BeNull();
    }

    [Fact]
    public async Task A_stop_that_fails_leaves_it_awake()
    {
        _home.Run("box");
        _home.Engine.StopFailure = new ServerProblem(ProblemCode.EngineRefused, "no");

        await _home.PassAsync(TimeSpan.FromMinutes(16));

        _home["box"].IsUp.Should().BeTrue();
        _home.Book.Sleepers.Should().BeEmpty();
    }

    [Fact]
    public async Task It_sleeps_in_the_book_before_it_is_stopped()
    {
        _home.Run("box");
        string? file = null;
        _home.Engine.StopFailure = null;
        _home.Engine.BeforeStop = () => file = File.ReadAllText(Path.Combine(_home.Folder, "sleep.json"));

        await _home.Keeper.SleepAsync("box", "mo", "by hand");

        file.Should().Contain("192.168.7.20");
    }

    [Fact]
    public async Task What_is_set_by_hand_comes_before_the_label_and_follows_a_rename()
    {
        var box = _home.Run("box", sleep: "never");
        (await _home.Keeper.SetAsync("box", "10m", "mo", CancellationToken.None)).Should().BeNull();
        await _home.PassAsync(TimeSpan.FromMinutes(1));
        _home.Engine.Add(_home.Engine.Containers.Single() with { Name = "crate" });

        await _home.PassAsync(TimeSpan.FromMinutes(10));

        _home["crate"].Asleep.Should().NotBeNull();
        _home.Open();
        _home.Book.Setting("crate").Should().Be("10m");
        _home.Book.ById.Should().ContainKey(box.Id);
    }

    [Fact]
    public async Task Paused_it_sleeps_with_its_memory()
    {
        _home.Run("box", "15m", "192.168.7.20", (HomeCloudLabels.SleepMode, "pause"));

        await _home.PassAsync(TimeSpan.FromMinutes(16));
        _home["box"].Should().Match<ContainerFacts>(box => box.Asleep != null && box.Life == ContainerLife.Paused);

        (await _home.AskAsync("box")).Should().BeNull();
        _home["box"].Should().Match<ContainerFacts>(box => box.Asleep == null && box.Life == ContainerLife.Running);
        _home.Engine.Starts.Should().Be(0);
    }
}
