using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Tests.Agent.Servers.Making;

/// <summary>Faults that a real engine does not make when asked to, and what must survive them.</summary>
public sealed class NothingLostTests : IDisposable
{
    private const int Deadline = 60_000;
    private static readonly ServerProblem Away = new(ProblemCode.EngineAway, "Docker is away.");
    private readonly MakerFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact(Timeout = Deadline)]
    public async Task A_refused_rename_leaves_both_reservations_as_they_are()
    {
        await _home.MakeAsync(new CreateServer { Name = "kept" });
        await _home.Keeper.RemoveAsync("kept", withVolumes: false, kill: false, "mo", default);
        await _home.MakeAsync(new CreateServer { Name = "mine" });
        _home.Engine.Add(new ContainerFacts { Id = "foreign", Name = "foreign", Image = "x", Life = ContainerLife.Running });
        var (kept, mine) = (_home.Book.Find("kept"), _home.Book.Find("mine"));

        _home.Engine.RenameFailure = new ServerProblem(ProblemCode.EngineRefused, "no");
        (await _home.Keeper.RenameAsync("foreign", "kept", "mo", default)).Should().NotBeNull();
        (await _home.Keeper.RenameAsync("mine", "kept", "mo", default)).Should().NotBeNull();

        _home.Book.Find("kept").Should().Be(kept);
        _home.Book.Find("mine").Should().Be(mine);
        _home.Book.Find("foreign").Should().BeNull();
    }

    [Fact(Timeout = Deadline)]
    public async Task A_rename_by_docker_while_the_agent_was_away_takes_the_reservation_along()
    {
        await _home.MakeAsync(new CreateServer { Name = "hut" });
        var before = _home.Book.Find("hut")!;
        var hut = _home.Engine.Containers.Single();
        await _home.Engine.RenameAsync(hut.Id, "shed", default);

        (await _home.MakeAsync(new CreateServer { Name = "hut" })).Problem.Should().BeNull();
        _home.Book.Find("shed")!.Should().Match<Reservation>(r => r.Mac == before.Mac && r.Storage == before.Storage && r.Address!.Equals(before.Address));
        _home.Engine.Plans.Select(p => p.Mac).Should().OnlyHaveUniqueItems();
        _home.Engine.Plans.SelectMany(p => p.Mounts).Select(m => m.Source).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_book_of_before_knows_a_renamed_container_by_its_MAC_and_two_that_swap_names_swap_reservations()
    {
        var path = Path.Combine(_home.Folder, "old.json");
        var book = new ReservationBook(path, TimeProvider.System);
        var (one, two) = (book.Open("one"), book.Open("two"));
        ContainerFacts Container(string id, string name, string mac) => new() { Id = id, Name = name, Image = "x", Life = ContainerLife.Exited, Endpoints = [new EndpointFacts("lan", "", [], []) { Mac = mac }] };

        book.Follow([Container("1", "two", one.Mac), Container("2", "one", two.Mac)]);
        book.Find("one")!.Mac.Should().Be(two.Mac);
        book.Find("two")!.Mac.Should().Be(one.Mac);

        var again = new ReservationBook(path, TimeProvider.System);
        again.Follow([Container("1", "three", ""), Container("2", "one", "")]);
        again.Find("three")!.Mac.Should().Be(one.Mac, "the id is enough where the engine tells no MAC");
        again.Find("two").Should().BeNull();
    }

    [Fact(Timeout = Deadline)]
    public async Task An_address_that_the_engine_refuses_is_not_tried_again()
    {
        _home.Engine.Unwilling.UnionWith([IPAddress.Parse("192.168.7.240"), IPAddress.Parse("192.168.7.241")]);

        (await _home.MakeAsync(new CreateServer { Name = "aa" })).Problem.Should().BeNull();

        _home.Engine.Plans.Select(p => p.Address!.ToString()).Should().Equal("192.168.7.240", "192.168.7.241", "192.168.7.242");
    }

    [Fact(Timeout = Deadline)]
    public async Task What_cannot_be_taken_back_is_named_with_the_way_to_remove_it()
    {
        _home.Engine.StartFailure = new ServerProblem(ProblemCode.DiskFull, "no space left on device");
        _home.Engine.RemoveFailure = Away;

        var operation = await _home.MakeAsync(new CreateServer { Name = "airplay" });

        operation.Problem!.Code.Should().Be(ProblemCode.DiskFull);
        operation.Problem.Fix.ToString().Should().Contain("docker rm --force airplay").And.Contain("Docker is away");
        operation.Steps.Should().NotContain(s => s.Text.ToString().Contains("Everything was removed"));
        operation.Steps[^1].Should().Match<StepEvent>(s => s.Step == StepName.Cleanup && s.State == StepState.Warning && s.Text.ToString().Contains("the container airplay"));
        _home.History.Newest("airplay", 1).Single().Should().Match<HistoryLine>(l => l.Kind == HistoryKind.CreateFailed && l.Detail.Contains("Not removed"));
    }

    [Fact(Timeout = Deadline)]
    public async Task A_container_whose_making_was_not_answered_is_found_and_taken_back()
    {
        _home.Engine.AfterCreate = Away;

        (await _home.MakeAsync(new CreateServer { Name = "airplay" })).Problem!.Code.Should().Be(ProblemCode.EngineAway);

        _home.Engine.Plans.Should().ContainSingle();
        _home.Engine.Containers.Should().BeEmpty();
        _home.Engine.VolumeNames.Should().BeEmpty();
    }

    [Fact(Timeout = Deadline)]
    public async Task A_look_that_fails_right_after_the_start_does_not_remove_the_server()
    {
        _home.Port = PortAnswer.Silent;
        _home.Engine.AfterStart = () => _home.Engine.Away = Away;
        _home.Options.NameTimeout = TimeSpan.FromMilliseconds(50);

        var operation = await _home.MakeAsync(new CreateServer { Name = "airplay", Image = "busybox" });

        operation.Problem.Should().BeNull();
        operation.Steps[^1].Should().Match<StepEvent>(s => s.Step == StepName.Ready && s.State == StepState.Warning && s.Text.ToString().Contains("Docker is away"));
        _home.Engine.Containers.Should().ContainSingle(c => c.Life == ContainerLife.Running);
    }

    [Theory(Timeout = Deadline)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pull_that_stands_still_ends_by_itself_and_one_that_is_cancelled_at_once(bool inSilence)
    {
        _home.Engine.PullsInSilence = inSilence;
        var pulling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _home.Engine.Pulling = token =>
        {
            pulling.TrySetResult();
            return Task.Delay(Timeout.Infinite, token);
        };
        var stalled = _home.MakeAsync(new CreateServer { Name = "stalled", Image = "far/away" });
        await pulling.Task;
        _home.Clock.Advance(TimeSpan.FromMinutes(5));
        (await stalled).Problem.Should().Match<ServerProblem>(p => p.Code == ProblemCode.ImagePullFailed && p.Message.ToString().Contains("stalled"));

        pulling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var operation = _home.Maker.Begin(new CreateServer { Name = "unwanted", Image = "far/away" }, "mo").Value!;
        await pulling.Task;
        operation.Cancel().Should().BeTrue();
        await foreach (var _ in operation.WatchAsync())
        {
        }

        operation.Problem!.Code.Should().Be(ProblemCode.Cancelled);
        operation.Cancel().Should().BeFalse();
        _home.Book.Find("unwanted").Should().BeNull();
    }

    [Fact(Timeout = Deadline)]
    public async Task A_server_is_stopped_before_it_is_removed_and_killed_only_when_asked()
    {
        await _home.MakeAsync(new CreateServer { Name = "aa" });
        await _home.Keeper.RemoveAsync("aa", withVolumes: false, kill: false, "mo", default);
        await _home.MakeAsync(new CreateServer { Name = "aa" });
        await _home.Keeper.RemoveAsync("aa", withVolumes: false, kill: true, "mo", default);

        _home.Engine.Removals.Should().Equal(false, true);
        _home.History.Newest("aa", 1).Single().Detail.Should().Contain("killed");
    }

    [Fact(Timeout = Deadline)]
    public async Task Two_servers_whose_volumes_would_have_one_name_do_not_share_it_even_when_one_is_removed()
    {
        await _home.MakeAsync(new CreateServer { Name = "aa-b", Image = "busybox", Volumes = ["data:/d"] });
        await _home.Keeper.RemoveAsync("aa-b", withVolumes: false, kill: false, "mo", default);

        var other = await _home.MakeAsync(new CreateServer { Name = "aa", Image = "busybox", Volumes = ["b-data:/d"] });

        other.Problem.Should().Match<ServerProblem>(p => p.Code == ProblemCode.VolumeTaken && p.Message.ToString().Contains("aa-b-data"));
        _home.Book.Find("aa").Should().BeNull();
        (await _home.MakeAsync(new CreateServer { Name = "aa-b", Image = "busybox", Volumes = ["data:/d"] })).Problem.Should().BeNull();
    }

    [Fact(Timeout = Deadline)]
    public async Task A_server_made_from_a_committed_image_names_all_that_the_image_would_hand_on()
    {
        _home.Engine.ImageLabels = [Labels.Expires, Labels.Aliases, Labels.Ports, "maintainer"];

        await _home.MakeAsync(new CreateServer { Name = "aa", Image = "busybox" });

        var labels = _home.Engine.Plans.Single().Labels;
        labels[Labels.Expires].Should().BeEmpty();
        labels[Labels.Aliases].Should().BeEmpty();
        labels.Should().NotContainKey(Labels.Ports, "which ports the software has is for the image to say").And.NotContainKey("maintainer");
    }
}
