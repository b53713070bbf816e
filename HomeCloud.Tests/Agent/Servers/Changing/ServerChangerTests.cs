using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Changing;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Tests.Agent.Servers.Changing;

/// <summary>What a change does to a container as it is, what needs a new one, and what stays.</summary>
public sealed class ServerChangerTests : IDisposable
{
    private const int Deadline = 60_000;
    private readonly ChangeFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact(Timeout = Deadline)]
    public async Task Limits_aliases_and_expiry_change_the_container_as_it_is()
    {
        var before = await _home.MakeAsync();

        (await _home.Changer.SetAsync("app", new SetServer { Memory = "512m", Cpus = 1.5, Aliases = ["Music"], ExpiresIn = "2h" }, "mo")).Should().Be(((Operation?)null, (ServerProblem?)null));

        _home.Home.Engine.Limits.Should().Equal((512L << 20, 1.5));
        var now = _home.Home.Engine.Known.Value!.Single();
        (now.Id, now.StartedAt).Should().Be((before.Id, before.StartedAt), "it runs on");
        now.Labels[Labels.Aliases].Should().Be("music");
        ExpiryClock.ExpiresAt(now).Should().BeCloseTo(DateTimeOffset.UtcNow.AddHours(2), TimeSpan.FromMinutes(1));
        _home.Home.History.Newest("app", 1).Single().Should().Match<HistoryLine>(line => line.Kind == HistoryKind.Changed && line.Detail.Contains("512m"));

        _home.Restart();
        _home.Home.Engine.Known.Value!.Single().Labels[Labels.Aliases].Should().Be("music", "it is on disk");
        (await _home.Changer.SetAsync("app", new SetServer { Aliases = [], ExpiresIn = "never" }, "mo")).Problem.Should().BeNull();
        now = _home.Home.Engine.Known.Value!.Single();
        now.Labels.Should().NotContainKey(Labels.Aliases);
        ExpiryClock.ExpiresAt(now).Should().BeNull();
    }

    [Fact(Timeout = Deadline)]
    public async Task Variables_need_a_new_container_which_keeps_address_MAC_volumes_and_all_that_was_set()
    {
        var before = await _home.MakeAsync();
        (await _home.Changer.SetAsync("app", new SetServer { Aliases = ["music"] }, "mo")).Problem.Should().BeNull();

        var operation = await _home.SetAsync(new SetServer { Environment = new Dictionary<string, string?> { ["A"] = "9", ["B"] = null, ["C"] = "3" } });

        operation.Problem.Should().BeNull();
        operation.Kind.Should().Be(HistoryKind.Changed);
        var (first, second) = (_home.Home.Engine.Plans[0], _home.Home.Engine.Plans[1]);
        second.Environment.Should().Equal(new Dictionary<string, string> { ["A"] = "9", ["C"] = "3" });
        (second.Address, second.Mac, second.MemoryBytes, second.Image, second.Hostname).Should().Be((first.Address, first.Mac, first.MemoryBytes, "app:1", "app"));
        second.Mounts.Select(m => (m.Source, m.Target)).Should().Equal(("app-data", "/d"));
        second.Labels[Labels.Aliases].Should().Be("music");
        second.Labels[Labels.Server].Should().NotBe(first.Labels[Labels.Server]);
        var now = _home["app"];
        now.Life.Should().Be(ContainerLife.Running);
        now.Id.Should().NotBe(before.Id);
        _home.Home.Book.Find("app")!.Container.Should().Be(now.Id);
        _home.Home.Engine.Known.Value!.Should().ContainSingle("what is set aside is nobody's server");
        _home.Changes.Open.Should().BeEmpty();
    }

    [Fact(Timeout = Deadline)]
    public async Task A_new_container_that_dies_gives_way_to_the_old_one()
    {
        var before = await _home.MakeAsync();
        _home.Home.Port = PortAnswer.Refused;
        // The new one dies as it starts; the old one, started again, lives.
        var starts = 0;
        _home.Home.Engine.Before = (what, _) =>
        {
            if (what == "start")
                _home.Home.Engine.LifeAfterStart = starts++ == 0 ? ContainerLife.Exited : ContainerLife.Running;
        };

        var operation = await _home.SetAsync(new SetServer { Environment = new Dictionary<string, string?> { ["A"] = "wrong" } });

        operation.Problem!.Code.Should().Be(ProblemCode.ExitedAtOnce);
        operation.Steps[^1].Text.ToString().Should().Be("app is as before");
        _home.Home.Engine.Containers.Should().ContainSingle().Which.Should().Match<ContainerFacts>(c => c.Id == before.Id && c.Name == "app" && c.Life == ContainerLife.Running);
        _home.Home.Book.Find("app")!.Container.Should().Be(before.Id);
        _home.Home.History.Newest("app", 1).Single().Kind.Should().Be(HistoryKind.ChangeFailed);
    }

    [Fact(Timeout = Deadline)]
    public async Task An_update_pulls_and_only_a_newer_image_makes_a_new_container_and_undo_goes_back_and_forth()
    {
        var before = await _home.MakeAsync();
        (await ChangeFixture.EndAsync((await _home.Changer.UpdateAsync("app", "mo")).Value!)).Steps[^1].Text.ToString().Should().Contain("newest app:1 already");
        _home["app"].Id.Should().Be(before.Id);

        _home.Home.Engine.PulledId = "sha256:newer";
        (await ChangeFixture.EndAsync((await _home.Changer.UpdateAsync("app", "mo")).Value!)).Problem.Should().BeNull();
        var after = _home["app"];
        after.Id.Should().NotBe(before.Id);
        (await _home.Changer.ShowAsync("app", default)).Value!.Previous.Should().Be(before.Created);

        (await ChangeFixture.EndAsync((await _home.Changer.UndoAsync("app", "mo")).Value!)).Problem.Should().BeNull();
        _home["app"].Should().Match<ContainerFacts>(c => c.Id == before.Id && c.Life == ContainerLife.Running);
        (await ChangeFixture.EndAsync((await _home.Changer.UndoAsync("app", "mo")).Value!)).Problem.Should().BeNull();
        _home["app"].Id.Should().Be(after.Id);
        _home.Home.Engine.Containers.Should().HaveCount(2);

        (await _home.Keeper.RenameAsync("app", "web", "mo", default)).Should().BeNull();
        (await ChangeFixture.EndAsync((await _home.Changer.UndoAsync("web", "mo")).Value!)).Problem.Should().BeNull("what is kept follows a rename");
        (await _home.Keeper.RemoveAsync("web", withVolumes: false, kill: false, "mo", default)).Should().BeNull();
        _home.Home.Engine.Containers.Should().BeEmpty("what is kept goes with its server");
    }

    [Fact(Timeout = Deadline)]
    public async Task An_environment_that_is_changed_brings_no_other_image_along()
    {
        await _home.MakeAsync();
        _home.Home.Engine.ImageIds["app:1"] = "sha256:pulled-by-somebody";

        (await _home.SetAsync(new SetServer { Environment = new Dictionary<string, string?> { ["A"] = "9" } })).Problem.Should().BeNull();

        _home.Home.Engine.Plans[1].Image.Should().Be("sha256:app:1");
    }

    [Fact(Timeout = Deadline)]
    public async Task A_stopped_server_is_changed_and_stays_stopped()
    {
        var before = await _home.MakeAsync();
        await _home.Home.Engine.StopAsync(before.Id, default);

        (await _home.SetAsync(new SetServer { Memory = "none" })).Problem.Should().BeNull();

        _home["app"].Should().Match<ContainerFacts>(c => c.Life == ContainerLife.Created && c.MemoryLimit == 0);
    }

    [Fact(Timeout = Deadline)]
    public async Task A_server_whose_MAC_another_process_has_gets_another_with_another_address_and_keeps_its_volumes()
    {
        var before = await _home.MakeAsync();
        await _home.Home.Engine.StopAsync(before.Id, default);
        _home.Home.Engine.MacsInUse.Add(before.Endpoints[0].Mac);
        (await _home.Keeper.StartAsync("app", "mo", default))!.Code.Should().Be(ProblemCode.MacInUse);

        (await _home.SetAsync(new SetServer { NewMac = true })).Problem.Should().BeNull();

        (await _home.Keeper.StartAsync("app", "mo", default)).Should().BeNull();
        var now = _home["app"];
        now.Endpoints[0].Mac.Should().NotBe(before.Endpoints[0].Mac).And.NotBeEmpty();
        now.Endpoints[0].Addresses.Should().ContainSingle().Which.Should().NotBe(before.Endpoints[0].Addresses.Single(), "the process has that too");
        now.Volumes.Should().Equal(before.Volumes);
        var kept = _home.Home.Book.Find("app")!;
        (kept.Mac, kept.Address).Should().Be((now.Endpoints[0].Mac, now.Endpoints[0].Addresses[0]), "a later container has them too");
    }

    [Fact(Timeout = Deadline)]
    public async Task A_server_that_sleeps_and_cannot_wake_for_its_MAC_gets_a_new_one_too()
    {
        var before = await _home.MakeAsync();
        (await _home.Sleep.SleepAsync("app", "mo", "by hand")).Should().BeNull();
        _home.Home.Engine.MacsInUse.Add(before.Endpoints[0].Mac);

        (await _home.SetAsync(new SetServer { NewMac = true })).Problem.Should().BeNull();

        (await _home.Keeper.StartAsync("app", "mo", default)).Should().BeNull();
        _home["app"].Endpoints[0].Addresses.Should().ContainSingle().Which.Should().NotBe(before.Endpoints[0].Addresses.Single());
    }

    [Fact(Timeout = Deadline)]
    public async Task A_new_MAC_that_cannot_be_given_leaves_the_name_its_place()
    {
        var before = await _home.MakeAsync();
        var kept = _home.Home.Book.Find("app")!;
        _home.Home.Engine.CreateFailure = new ServerProblem(ProblemCode.EngineRefused, "no");

        (await _home.SetAsync(new SetServer { NewMac = true })).Problem!.Code.Should().Be(ProblemCode.EngineRefused);

        var now = _home.Home.Book.Find("app")!;
        (now.Mac, now.Address, now.Container).Should().Be((kept.Mac, kept.Address, before.Id));
        _home.Home.Engine.CreateFailure = null;
        (await _home.SetAsync(new SetServer { NewMac = true })).Problem.Should().BeNull();
    }

    [Fact(Timeout = Deadline)]
    public async Task A_change_whose_old_container_has_lost_its_MAC_ends_and_leaves_the_server_free()
    {
        var before = await _home.MakeAsync();
        // What the killed engine left behind is the new container's process; neither container can start now.
        _home.Home.Engine.Before = (what, _) =>
        {
            if (what == "start")
                _home.Home.Engine.MacsInUse.Add(before.Endpoints[0].Mac);
        };

        var operation = await _home.SetAsync(new SetServer { Environment = new Dictionary<string, string?> { ["A"] = "9" } });

        operation.Problem!.Code.Should().Be(ProblemCode.MacInUse);
        operation.Steps[^1].Text.ToString().Should().StartWith("app is as before, but not started");
        _home.Changes.Open.Should().BeEmpty();
        _home["app"].Id.Should().Be(before.Id);
        (await _home.SetAsync(new SetServer { NewMac = true })).Problem.Should().BeNull();
        (await _home.Keeper.StartAsync("app", "mo", default)).Should().BeNull();
    }

    [Fact(Timeout = Deadline)]
    public async Task While_a_change_cannot_be_ended_who_asks_hears_why_and_what_helps()
    {
        await _home.MakeAsync();
        var left = new ServerProblem(ProblemCode.EngineRefused, "task already exists", "Restart the engine");
        _home.Home.Engine.StartFailure = left;
        (await _home.SetAsync(new SetServer { Environment = new Dictionary<string, string?> { ["A"] = "9" } })).Problem!.Code.Should().Be(ProblemCode.EngineRefused);

        await _home.Recovery.SweepAsync();

        var busy = (await _home.Keeper.StartAsync("app", "mo", default))!;
        busy.Code.Should().Be(ProblemCode.Busy);
        busy.Message.ToString().Should().Contain(left.Message.ToString());
        busy.Fix.Should().Be(left.Fix);
        _home.Home.Engine.StartFailure = null;
        await _home.Recovery.SweepAsync();
        (await _home.Keeper.StopAsync("app", "mo", default)).Should().BeNull();
    }

    [Fact(Timeout = Deadline)]
    public async Task Attempts_to_end_a_change_keep_their_distance_whatever_events_they_make()
    {
        await _home.MakeAsync();
        _home.Home.Engine.StartFailure = new ServerProblem(ProblemCode.EngineRefused, "task already exists");
        (await _home.SetAsync(new SetServer { Environment = new Dictionary<string, string?> { ["A"] = "9" } })).Problem.Should().NotBeNull();
        var starts = 0;
        var second = new TaskCompletionSource();
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        _home.Home.Engine.Before = (what, _) =>
        {
            // As a real engine does: a start that fails is an event.
            if (what != "start")
                return;
            _home.Home.Engine.Add(new ContainerFacts { Id = $"event{starts}", Name = $"event{starts}", Life = ContainerLife.Exited });
            if (++starts == 2)
                second.TrySetResult();
        };

        await _home.Recovery.StartAsync(default);
        await second.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await _home.Recovery.StopAsync(default);

        System.Diagnostics.Stopwatch.GetElapsedTime(begun).Should().BeGreaterThan(TimeSpan.FromSeconds(3));
    }

    [Fact(Timeout = Deadline)]
    public async Task A_network_without_MACs_of_its_servers_has_no_new_ones_either()
    {
        await _home.MakeAsync();
        _home.Home.Engine.Networks[0] = _home.Home.Engine.Networks[0] with { Driver = "ipvlan" };

        (await _home.SetAsync(new SetServer { NewMac = true })).Problem!.Code.Should().Be(ProblemCode.InvalidRequest);

        _home.Home.Engine.Containers.Should().ContainSingle();
    }

    [Theory(Timeout = Deadline)]
    [InlineData("nonsense", null, null, ProblemCode.InvalidLimit)]
    [InlineData(null, "-x-", null, ProblemCode.InvalidAlias)]
    [InlineData(null, "other", null, ProblemCode.NameTaken)]
    [InlineData(null, null, "tomorrow", ProblemCode.InvalidExpiry)]
    public async Task What_makes_no_sense_is_refused_before_anything_is_changed(string? memory, string? alias, string? expires, ProblemCode code)
    {
        await _home.MakeAsync();
        await _home.MakeAsync("other");

        var (operation, problem) = await _home.Changer.SetAsync(
            "app", new SetServer { Memory = memory, Aliases = alias is null ? null : [alias], ExpiresIn = expires, Environment = new Dictionary<string, string?> { ["A"] = "9" } }, "mo");

        operation.Should().BeNull();
        problem!.Code.Should().Be(code);
        _home.Home.Engine.Plans.Should().HaveCount(2);
        _home.Settings.ById.Should().BeEmpty();
    }

    [Fact(Timeout = Deadline)]
    public async Task What_docker_or_compose_made_is_changed_there()
    {
        _home.Home.Engine.Add(new ContainerFacts { Id = "foreign", Name = "foreign", Life = ContainerLife.Running });

        (await _home.Changer.SetAsync("foreign", new SetServer { Memory = "1g" }, "mo")).Problem!.Code.Should().Be(ProblemCode.OwnContainer);
        (await _home.Changer.UpdateAsync("foreign", "mo")).Problem!.Code.Should().Be(ProblemCode.OwnContainer);
    }
}
