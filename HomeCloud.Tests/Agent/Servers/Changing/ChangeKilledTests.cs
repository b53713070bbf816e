using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Changing;

namespace HomeCloud.Tests.Agent.Servers.Changing;

/// <summary>The agent dies, or the engine goes away, before each single call of a change: afterwards there is the old server or the new one, and it runs.</summary>
public sealed class ChangeKilledTests
{
    private const int Deadline = 60_000;
    private static readonly ServerProblem Away = new(ProblemCode.EngineAway, "Docker is away.");

    /// <summary>More than a change has.</summary>
    public static IEnumerable<object[]> Moments =>
        from call in Enumerable.Range(0, 8) from undo in new[] { false, true } from engine in new[] { false, true } select new object[] { call, undo, engine };

    [Theory(Timeout = Deadline)]
    [MemberData(nameof(Moments))]
    public async Task Whatever_dies_in_between_the_old_server_or_the_new_one_runs(int call, bool undo, bool engine)
    {
        using var home = new ChangeFixture();
        var first = await home.MakeAsync();
        if (undo)
            (await home.SetAsync(Wanted("8"))).Problem.Should().BeNull();
        var known = home.Home.Engine.Containers.Select(container => container.Id).ToHashSet();

        var calls = 0;
        home.Home.Engine.Before = (_, _) =>
        {
            if (calls++ != call)
                return;
            if (!engine)
                throw new InvalidOperationException("killed");
            home.Home.Engine.Away = Away;
        };
        if (undo)
            await ChangeFixture.EndAsync((await home.Changer.UndoAsync("app", "mo")).Value!);
        else
            await home.SetAsync(Wanted("9"));

        // A new agent; the engine is back.
        home.Home.Engine.Before = (_, _) => { };
        home.Home.Engine.Away = null;
        if (!engine)
            home.Restart();
        await home.Recovery.SweepAsync();

        home.Changes.Open.Should().BeEmpty();
        var server = home.Home.Engine.Known.Value!.Should().ContainSingle().Subject;
        server.Name.Should().Be("app");
        server.Life.Should().Be(ContainerLife.Running);
        server.Endpoints[0].Addresses.Should().Equal(first.Endpoints[0].Addresses);
        server.Endpoints[0].Mac.Should().Be(first.Endpoints[0].Mac);
        server.Volumes.Should().Equal("app-data");
        home.Home.Engine.VolumeNames.Should().Contain("app-data");
        home.Home.Book.Find("app")!.Container.Should().Be(server.Id);
        home.Home.Engine.Containers.Should().NotContain(container => AsideName.IsNext(container.Name));
        if (undo)
            home.Home.Engine.Containers.Select(container => container.Id).Should().BeEquivalentTo(known, "to go back removes nothing");
    }

    private static SetServer Wanted(string value) => new() { Environment = new Dictionary<string, string?> { ["A"] = value } };
}
