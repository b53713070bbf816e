using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Agent.Servers.Making;

public sealed class ServerMakerTests : IDisposable
{
    private readonly MakerFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_name_becomes_a_ready_server_step_by_step()
    {
        var operation = await _home.MakeAsync(new CreateServer { Name = "airplay" });

        operation.Problem.Should().BeNull();
        operation.Steps.Select(s => s.Step).Distinct().Should().Equal(
            StepName.Check, StepName.Image, StepName.Volumes, StepName.Address, StepName.Container, StepName.Start, StepName.Name, StepName.Port, StepName.Ready);
        operation.Steps.Should().OnlyContain(s => s.State == StepState.Done);
        _home.Engine.Containers.Should().ContainSingle(c => c.Name == "airplay" && c.Life == ContainerLife.Running);
        _home.History.Newest("airplay", 1).Single().Should().Match<HistoryLine>(l => l.Kind == HistoryKind.Created && l.By == "mo");
    }

    [Fact]
    public async Task Removed_and_made_again_it_has_the_same_address_mac_and_volumes()
    {
        await _home.MakeAsync(new CreateServer { Name = "airplay" });
        (await _home.Keeper.RemoveAsync("airplay", withVolumes: false, kill: false, "mo", default)).Should().BeNull();
        await _home.MakeAsync(new CreateServer { Name = "other" });
        await _home.MakeAsync(new CreateServer { Name = "airplay" });

        var plans = _home.Engine.Plans.Where(p => p.Name == "airplay").ToList();
        plans.Should().HaveCount(2);
        plans[1].Address.Should().Be(plans[0].Address);
        plans[1].Mac.Should().Be(plans[0].Mac);
        plans[1].Mounts.Should().Equal(plans[0].Mounts);
        _home.Engine.Plans.Single(p => p.Name == "other").Address.Should().NotBe(plans[0].Address);
    }

    [Fact]
    public async Task Removed_with_its_volumes_nothing_is_kept()
    {
        await _home.MakeAsync(new CreateServer { Name = "airplay" });
        await _home.Keeper.RemoveAsync("airplay", withVolumes: true, kill: false, "mo", default);

        _home.Engine.VolumeNames.Should().BeEmpty();
        _home.Book.Find("airplay").Should().BeNull();
    }

    [Fact]
    public async Task An_address_that_was_just_given_up_comes_after_all_others_because_devices_still_know_the_old_MAC()
    {
        await _home.MakeAsync(new CreateServer { Name = "hut" });
        await _home.MakeAsync(new CreateServer { Name = "barn" });
        await _home.Keeper.RemoveAsync("hut", withVolumes: true, kill: false, "mo", default);
        await _home.Keeper.RemoveAsync("barn", withVolumes: true, kill: false, "mo", default);

        var given = new List<IPAddress>();
        Operation operation;
        for (var i = 0; (operation = await _home.MakeAsync(new CreateServer { Name = $"s{i}" })).Problem is null; i++)
            given.Add(_home.Engine.Plans.Last().Address!);

        operation.Problem.Code.Should().Be(ProblemCode.NoFreeAddress);
        var (hut, barn) = (_home.Engine.Plans.First(p => p.Name == "hut").Address!, _home.Engine.Plans.First(p => p.Name == "barn").Address!);
        given.Should().HaveCountGreaterThan(3).And.OnlyHaveUniqueItems();
        given.TakeLast(2).Should().Equal(hut, barn);
    }

    [Fact]
    public async Task An_address_that_somebody_on_the_LAN_answers_for_is_passed_over()
    {
        _home.Answering.Add("192.168.7.240");
        await _home.MakeAsync(new CreateServer { Name = "aa" });
        _home.Engine.Plans.Single().Address.Should().Be(IPAddress.Parse("192.168.7.241"));

        var fixedOne = await _home.MakeAsync(new CreateServer { Name = "bb", Address = "192.168.7.240" });
        fixedOne.Problem!.Code.Should().Be(ProblemCode.AddressAnswers);
    }

    [Fact]
    public async Task Twenty_at_once_all_get_an_address_of_their_own_or_fail_clean()
    {
        var operations = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => _home.MakeAsync(new CreateServer { Name = $"box{i}" })));

        // The range has 16 addresses less the gateway and the broadcast address.
        operations.Count(o => o.Problem is null).Should().Be(14);
        operations.Where(o => o.Problem is not null).Should().OnlyContain(o => o.Problem!.Code == ProblemCode.NoFreeAddress);
        _home.Engine.Containers.Should().HaveCount(14);
        _home.Engine.Containers.SelectMany(c => c.Addresses).Should().OnlyHaveUniqueItems();
        _home.Engine.VolumeNames.Should().HaveCount(14 * 3);
    }

    [Fact]
    public async Task A_name_whose_MAC_another_process_has_is_created_with_a_new_one()
    {
        await _home.MakeAsync(new CreateServer { Name = "airplay" });
        var before = _home.Book.Find("airplay")!;
        (await _home.Keeper.RemoveAsync("airplay", withVolumes: false, kill: false, "mo", default)).Should().BeNull();
        _home.Engine.MacsInUse.Add(before.Mac);

        (await _home.MakeAsync(new CreateServer { Name = "airplay" })).Problem.Should().BeNull();

        var now = _home.Book.Find("airplay")!;
        now.Storage.Should().Be(before.Storage);
        now.Address.Should().NotBe(before.Address, "the process has that too");
        now.Mac.Should().NotBe(before.Mac);
        _home.Engine.Containers.Should().ContainSingle().Which.Endpoints[0].Mac.Should().Be(now.Mac);
    }

    [Fact]
    public async Task A_failure_to_start_leaves_nothing_behind()
    {
        _home.Engine.StartFailure = new ServerProblem(ProblemCode.DiskFull, "no space left on device");
        var operation = await _home.MakeAsync(new CreateServer { Name = "airplay" });

        operation.Problem!.Code.Should().Be(ProblemCode.DiskFull);
        _home.Engine.Containers.Should().BeEmpty();
        _home.Engine.VolumeNames.Should().BeEmpty();
        _home.Book.Find("airplay").Should().BeNull();
        _home.History.Newest("airplay", 1).Single().Kind.Should().Be(HistoryKind.CreateFailed);
    }

    [Fact]
    public async Task A_full_disk_under_our_own_files_is_told_and_leaves_nothing_and_the_history_is_written_when_there_is_room()
    {
        // Only root can make a file system that is full, and files written whole follow no link: this is what the kernel says there.
        const int NoSpace = 28;
        _home.BeforeAnswer = _ => throw new IOException($"No space left on device : '{_home.Folder}'", NoSpace);
        var history = Path.Combine(_home.Folder, "history.jsonl");
        File.CreateSymbolicLink(history, "/dev/full");

        var operation = await _home.MakeAsync(new CreateServer { Name = "airplay" });
        operation.Problem!.Code.Should().Be(ProblemCode.DiskFull);
        _home.Engine.Containers.Should().BeEmpty();
        _home.Engine.VolumeNames.Should().BeEmpty();
        _home.History.Newest("airplay", 1).Single().Kind.Should().Be(HistoryKind.CreateFailed);

        _home.BeforeAnswer = _ => Task.CompletedTask;
        File.Delete(history);
        (await _home.MakeAsync(new CreateServer { Name = "airplay" })).Problem.Should().BeNull();
        File.ReadLines(history).Should().HaveCount(2).And.Contain(l => l.Contains("createFailed", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_failure_keeps_the_volumes_that_were_there_before()
    {
        await _home.MakeAsync(new CreateServer { Name = "airplay" });
        await _home.Keeper.RemoveAsync("airplay", withVolumes: false, kill: false, "mo", default);
        var before = _home.Book.Find("airplay");
        _home.Engine.StartFailure = new ServerProblem(ProblemCode.EngineRefused, "no");
        await _home.MakeAsync(new CreateServer { Name = "airplay" });

        _home.Engine.VolumeNames.Should().HaveCount(3);
        _home.Book.Find("airplay")!.Address.Should().Be(before!.Address);
    }

    [Fact]
    public async Task A_container_that_dies_at_once_is_taken_back_with_its_last_words()
    {
        _home.Port = PortAnswer.Refused;
        _home.Engine.LifeAfterStart = ContainerLife.Restarting;
        _home.Engine.Logs.Add(new EngineLogLine(null, true, "fatal: no config"));
        var operation = await _home.MakeAsync(new CreateServer { Name = "airplay", Image = "busybox" });

        operation.Problem!.Code.Should().Be(ProblemCode.ExitedAtOnce);
        operation.Problem.Output.Should().Equal("fatal: no config");
        _home.Engine.Containers.Should().BeEmpty();
    }

    [Fact]
    public async Task A_slow_name_is_a_warning_and_the_server_stays()
    {
        _home.Resolves = false;
        _home.Options.NameTimeout = TimeSpan.FromMilliseconds(100);
        var operation = await _home.MakeAsync(new CreateServer { Name = "airplay" });

        operation.Problem.Should().BeNull();
        operation.Steps[^1].Should().Match<StepEvent>(s => s.Step == StepName.Ready && s.State == StepState.Warning);
        _home.Engine.Containers.Should().HaveCount(1);
    }

    [Fact]
    public async Task Taken_names_missing_images_absent_engines_and_networks_are_each_told()
    {
        await _home.MakeAsync(new CreateServer { Name = "airplay" });
        (await _home.MakeAsync(new CreateServer { Name = "airplay" })).Problem!.Code.Should().Be(ProblemCode.NameTaken);
        (await _home.MakeAsync(new CreateServer { Name = "bb", Image = "missing/thing" })).Problem!.Code.Should().Be(ProblemCode.ImageNotFound);
        (await _home.MakeAsync(new CreateServer { Name = "bb", Network = "nope" })).Problem!.Code.Should().Be(ProblemCode.NoNetwork);
        _home.Engine.Networks.Clear();
        (await _home.MakeAsync(new CreateServer { Name = "bb" })).Problem!.Code.Should().Be(ProblemCode.NoNetwork);
        _home.Engine.Away = new ServerProblem(ProblemCode.EngineAway, "away");
        (await _home.MakeAsync(new CreateServer { Name = "bb" })).Problem!.Code.Should().Be(ProblemCode.EngineAway);
        _home.Engine.Containers.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_name_that_the_home_knows_already_is_taken_whoever_has_it()
    {
        _home.Options.AgentId = "server";
        _home.Registry.Seed(WellKnownOwners.Static, "nas");
        _home.Registry.Seed("server2", "jellyfin");
        _home.Registry.Seed("server", "was-here");
        _home.Engine.Add(new ContainerFacts { Id = "b", Name = "radio_box", Image = "x", Life = ContainerLife.Running });
        var alias = new NameRecord { Name = "radio", Owner = "server", Attributes = NameRecord.NoAttributes.Add(RecordAttributes.Container, "radio_box") };
        await _home.Registry.ApplyAsync("server", [RecordChange.Put(alias)]);

        (await _home.MakeAsync(new CreateServer { Name = "nas" })).Problem.Should().Match<ServerProblem>(p => p.Code == ProblemCode.NameTaken && p.Fix.ToString().Contains("homecloud name rm nas"));
        (await _home.MakeAsync(new CreateServer { Name = "jellyfin" })).Problem!.Message.ToString().Should().Contain("server2");
        (await _home.MakeAsync(new CreateServer { Name = "radio" })).Problem!.Message.ToString().Should().Contain("radio_box");
        (await _home.MakeAsync(new CreateServer { Name = "xx", Aliases = ["nas"] })).Problem!.Code.Should().Be(ProblemCode.NameTaken);
        (await _home.MakeAsync(new CreateServer { Name = "was-here" })).Problem.Should().BeNull("only the record of a container that is gone is left");
        (await _home.Keeper.RenameAsync("was-here", "nas", "mo", default))!.Code.Should().Be(ProblemCode.NameTaken);
        (await _home.Keeper.RenameAsync("radio_box", "radio", "mo", default)).Should().BeNull("the name is its own");
    }

    [Fact]
    public async Task Several_at_once_ask_the_LAN_at_once_and_each_for_another_address()
    {
        var all = new TaskCompletionSource();
        var asked = new ConcurrentBag<IPAddress>();
        _home.BeforeAnswer = address =>
        {
            asked.Add(address);
            // The last two may both see all five.
            if (asked.Count == 5)
                all.TrySetResult();

            return all.Task;
        };
        var operations = await Task.WhenAll(Enumerable.Range(1, 5).Select(i => _home.MakeAsync(new CreateServer { Name = $"box{i}" })));
        operations.Should().OnlyContain(o => o.Problem == null);
        asked.Should().HaveCount(5).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task An_address_given_while_the_engines_list_was_on_its_way_is_not_given_again()
    {
        for (var i = 0; i < 13; i++)
            (await _home.MakeAsync(new CreateServer { Name = $"box{i}" })).Problem.Should().BeNull();

        // The second list that the late one asks for is the one it chooses its address by.
        var lists = 0;
        _home.Engine.OnTheWay = async () =>
        {
            if (++lists == 2)
                (await _home.MakeAsync(new CreateServer { Name = "early" })).Problem.Should().BeNull();
        };
        var late = await _home.MakeAsync(new CreateServer { Name = "late" });

        late.Problem!.Code.Should().Be(ProblemCode.NoFreeAddress);
        _home.Engine.Containers.SelectMany(c => c.Addresses).Should().OnlyHaveUniqueItems();
        _home.Book.Find("early")!.Address.Should().Be(_home.Engine.Containers.Single(c => c.Name == "early").Addresses.Single());
    }

    [Fact]
    public async Task A_server_that_ended_at_once_is_told_of_though_its_last_words_do_not_come_to_an_end()
    {
        _home.Port = PortAnswer.Refused;
        _home.Engine.LifeAfterStart = ContainerLife.Exited;
        _home.Engine.Logs.Add(new EngineLogLine(DateTimeOffset.UtcNow, false, "no such file"));
        _home.Engine.LogsHang = true;

        var operation = await _home.MakeAsync(new CreateServer { Name = "gone" });

        operation.Problem!.Code.Should().Be(ProblemCode.ExitedAtOnce);
        operation.Problem.Output.Should().StartWith("no such file").And.Contain(line => line.Contains("did not arrive in time"));
    }

    [Fact]
    public async Task Renaming_takes_address_and_volumes_along()
    {
        await _home.MakeAsync(new CreateServer { Name = "aa" });
        (await _home.Keeper.RenameAsync("aa", "BB", "mo", default)).Should().BeNull();
        (await _home.Keeper.RenameAsync("bb", "not ok", "mo", default))!.Code.Should().Be(ProblemCode.InvalidName);

        _home.Engine.Containers.Single().Name.Should().Be("bb");
        await _home.Keeper.RemoveAsync("bb", withVolumes: false, kill: false, "mo", default);
        await _home.MakeAsync(new CreateServer { Name = "bb" });
        _home.Engine.Plans[^1].Should().Match<ContainerPlan>(p => p.Address!.Equals(_home.Engine.Plans[0].Address) && p.Mounts[0].Source == "aa-keys");
    }
}
