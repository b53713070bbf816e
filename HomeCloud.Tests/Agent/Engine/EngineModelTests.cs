using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Engine;

/// <summary>What the page, the command line, expiry and create see of an engine, from the same loop as names.</summary>
public class EngineModelTests
{
    private const int Patience = ReconcilerRig.Patience;

    [Fact(Timeout = Patience)]
    public async Task A_look_sees_what_was_done_before_it_without_an_event()
    {
        await using var rig = await ReconcilerRig.StartAsync();
        await LookAsync(rig);
        rig.Engine.Silent = true;
        var id = rig.Engine.Run("quiet");
        (await LookAsync(rig)).Containers[id].Life.Should().Be(ContainerLife.Running);
        rig.Engine.Die(id, 7);
        (await LookAsync(rig)).Containers[id].ExitCode.Should().Be(7, "the page has no grace: it shows what is");
        rig.Engine.Destroy(id);
        (await LookAsync(rig)).Containers.Should().NotContainKey(id);
    }

    [Fact(Timeout = Patience)]
    public async Task A_look_inspects_only_what_the_listing_shows_as_changed_and_follows_once()
    {
        await using var rig = await ReconcilerRig.StartAsync();
        foreach (var number in Enumerable.Range(1, 20))
            rig.Engine.Run($"box{number}");
        await LookAsync(rig);
        await rig.Settle();
        rig.Engine.Silent = true;
        rig.Engine.Run("another");
        var (listings, inspections) = (rig.Engine.Listings, rig.Engine.Inspections);
        await LookAsync(rig);
        rig.Engine.Listings.Should().Be(listings + 1);
        rig.Engine.Inspections.Should().Be(inspections + 1);
        rig.Engine.Subscriptions.Should().Be(1);
    }

    [Fact(Timeout = Patience)]
    public async Task A_container_that_cannot_be_inspected_is_shown_as_the_listing_says()
    {
        await using var rig = await ReconcilerRig.StartAsync();
        var broken = rig.Engine.Create("broken");
        rig.Engine.OnInspect(broken, _ => throw ModelEngine.Broken());
        var fine = rig.Engine.Run("fine");
        rig.Engine.Start(broken, "192.168.1.99");
        var now = await LookAsync(rig);
        now.Containers[fine].IsInspected.Should().BeTrue();
        now.Containers[broken].Should().BeEquivalentTo(new { Name = "broken", Life = ContainerLife.Running });
        rig.Engine.Die(broken);
        (await LookAsync(rig)).Containers[broken].Life.Should().Be(ContainerLife.Exited);
    }

    [Fact(Timeout = Patience)]
    public async Task A_container_whose_inspection_hangs_keeps_nobody_waiting_twice()
    {
        await using var rig = await ReconcilerRig.StartAsync();
        await LookAsync(rig);
        var never = new TaskCompletionSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = rig.Engine.Create("hanging");
        rig.Engine.OnInspect(hanging, _ =>
        {
            asked.TrySetResult();
            return never.Task;
        });
        rig.Engine.Silent = true;
        rig.Engine.Start(hanging, "192.168.1.98");
        var fine = rig.Engine.Run("fine");
        var first = LookAsync(rig);
        await asked.Task;
        // Once, and by less than the time between two full comparisons, which would wait for it again.
        rig.Clock.Advance(TimeSpan.FromSeconds(5));

        (await first).Containers[hanging].Life.Should().Be(ContainerLife.Running);
        (await first).Containers.Should().ContainKey(fine);
        (await LookAsync(rig)).Containers.Should().ContainKey(hanging, "no time passes on the clock: this look does not wait");
        never.SetResult();
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_is_away_is_one_warning_and_looks_say_why()
    {
        await using var rig = await ReconcilerRig.StartAsync();
        var id = rig.Engine.Run("x");
        await LookAsync(rig);
        var inFlight = new TaskCompletionSource();
        rig.Engine.OnList(() => inFlight.Task);
        var waiting = LookAsync(rig);
        rig.Engine.GoAway();
        (await waiting.Awaiting(look => look).Should().ThrowAsync<EngineNotFollowedException>()).Which.Message.Should().Contain("the model says so");
        for (var second = 0; second < 600; second++)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await rig.Awaiting(LookAsync).Should().ThrowAsync<EngineNotFollowedException>();
        rig.Log.Messages.Should().ContainSingle(line => line.Contains("retrying until it is back"));
        rig.Model.Current.Containers.Should().ContainKey(id, "what was known stays");
        inFlight.SetResult();
        rig.Engine.OnList(null);
        rig.Engine.ComeBack();
        await rig.AdvanceUntil(() => rig.Model.Current.Problem is null, TimeSpan.FromSeconds(1), () => $"the engine is back, and the model says: {rig.Model.Current.Problem}");
    }

    private static Task<EngineSnapshot> LookAsync(ReconcilerRig rig) => rig.Model.LookAsync(CancellationToken.None);
}
