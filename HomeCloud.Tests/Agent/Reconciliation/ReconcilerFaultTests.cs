using static HomeCloud.Tests.Agent.Reconciliation.ReconcilerRig;

namespace HomeCloud.Tests.Agent.Reconciliation;

/// <summary>What breaks, and what does not break with it.</summary>
public class ReconcilerFaultTests
{
    [Fact(Timeout = Patience)]
    public async Task Lost_events_are_made_up_for_by_the_timer()
    {
        await using var rig = await StartAsync();
        await rig.Settle();
        rig.Engine.Silent = true;
        var id = rig.Engine.Run("x");
        rig.Clock.Advance(TimeSpan.FromSeconds(61));
        await rig.Expect("x", rig.Engine.AddressOf(id));
        rig.Engine.Destroy(id);
        rig.Clock.Advance(TimeSpan.FromSeconds(61));
        await Until(() => rig.Engine.Listings >= 3, () => "no further comparison");
        rig.Engine.Silent = false;
        await rig.Settle();
        rig.Clock.Advance(TimeSpan.FromSeconds(4));
        await rig.Expect("x", "no such name");
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_goes_away_for_an_hour_keeps_its_names_and_is_caught_up_with()
    {
        await using var rig = await StartAsync();
        var (a, b) = (rig.Engine.Run("a"), rig.Engine.Run("b"));
        await rig.Expect("b", rig.Engine.AddressOf(b));
        rig.Engine.Die(b);
        rig.Engine.GoAway();
        await Until(() => !rig.Status.Current.EngineConnected, () => "not noticed");
        rig.Status.Current.EngineProblem.Should().Contain("the model says so");
        for (var minute = 0; minute < 60; minute++)
            rig.Clock.Advance(TimeSpan.FromMinutes(1));
        rig.AddressOf("a").Should().Be(rig.Engine.AddressOf(a));
        rig.Engine.Destroy(a);
        rig.Engine.Start(b, "192.168.1.77");
        rig.Engine.ComeBack();
        await Until(
            () =>
            {
                rig.Clock.Advance(TimeSpan.FromSeconds(4));
                return rig.AddressOf("b") == "192.168.1.77" && rig.Registry["a"] is null;
            },
            () => $"a is {rig.AddressOf("a")}, b is {rig.AddressOf("b")}");
        rig.Status.Current.EngineConnected.Should().BeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task What_hangs_from_before_an_outage_neither_holds_up_nor_breaks_what_comes_after_it()
    {
        await using var rig = await StartAsync();
        var (a, b) = (rig.Engine.Run("a"), rig.Engine.Run("b"));
        await rig.Expect("b", rig.Engine.AddressOf(b));
        var (listing, inspection) = (new TaskCompletionSource(), new TaskCompletionSource());
        rig.Engine.OnList(() => listing.Task);
        rig.Engine.OnInspect(a, _ => inspection.Task);
        rig.Clock.Advance(TimeSpan.FromSeconds(61));
        await Until(() => rig.Engine.Listings == 2, () => "no comparison");
        var inspections = rig.Engine.Inspections;
        rig.Engine.Emit("container", "update", a);
        await Until(() => rig.Engine.Inspections > inspections, () => "no inspection");

        rig.Engine.GoAway();
        await Until(() => !rig.Status.Current.EngineConnected, () => "not noticed");
        rig.Engine.OnList(null);
        rig.Engine.OnInspect(a, null);
        rig.Engine.Start(a, "192.168.1.80");
        rig.Engine.Start(b, "192.168.1.81");
        rig.Engine.ComeBack();
        await rig.AdvanceUntil(() => rig.Engine.Subscriptions == 2, TimeSpan.FromSeconds(1), () => "no new event stream");
        await rig.Expect("a", "192.168.1.80");
        await rig.Expect("b", "192.168.1.81");

        listing.SetException(ModelEngine.Away());
        inspection.SetException(ModelEngine.Away());
        await rig.Settle();
        rig.Engine.Subscriptions.Should().Be(2, "the new event stream is not to blame");
        rig.Status.Current.EngineConnected.Should().BeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_is_away_at_the_start_leaves_the_names_of_the_last_life()
    {
        await using var rig = await StartAsync(rig =>
        {
            rig.Engine.GoAway();
            rig.Registry.Seed("agent-1", "x");
        });
        await Until(() => rig.Status.Current.EngineProblem is not null, () => "not noticed");
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        rig.Registry["x"].Should().NotBeNull();
        rig.Registry.Renewals.Should().Be(0, "nobody has seen the container yet");
        rig.Engine.ComeBack();
        await Until(
            () =>
            {
                rig.Clock.Advance(TimeSpan.FromSeconds(4));
                return rig.Registry["x"] is null && rig.Registry.Renewals > 0;
            },
            () => "the ghost stays");
    }

    [Fact(Timeout = Patience)]
    public async Task One_container_that_cannot_be_inspected_stops_nobody_and_is_taken_from_the_list()
    {
        await using var rig = await StartAsync(rig =>
        {
            rig.Engine.OnInspect(rig.Engine.Run("broken"), _ => throw ModelEngine.Broken());
            rig.Engine.OnInspect(rig.Engine.Run("buggy"), _ => throw new InvalidOperationException());
            rig.Engine.Run("fine");
        });
        await rig.Expect("fine", "192.168.1.12");
        await rig.Expect("broken", "192.168.1.10");
        await rig.Expect("buggy", "192.168.1.11");
    }

    [Fact(Timeout = Patience)]
    public async Task A_container_whose_inspection_hangs_holds_up_nobody()
    {
        string hanging = "";
        await using var rig = await StartAsync(rig =>
        {
            hanging = rig.Engine.Run("hanging");
            rig.Engine.OnInspect(hanging, cancellationToken => Task.Delay(Timeout.Infinite, cancellationToken));
            rig.Engine.Run("fine");
        });
        await Until(
            () =>
            {
                rig.Clock.Advance(TimeSpan.FromSeconds(1));
                return rig.AddressOf("hanging") == "192.168.1.10" && rig.AddressOf("fine") == "192.168.1.11";
            },
            () => "the hanging container holds up the others");
        await rig.Settle();
    }

    [Fact(Timeout = Patience)]
    public async Task A_failing_container_is_looked_at_again()
    {
        await using var rig = await StartAsync();
        var id = rig.Engine.Create("x");
        await rig.Settle();
        rig.Engine.OnInspect(id, _ => throw ModelEngine.Broken());
        rig.Engine.Start(id, "192.168.1.20");
        await rig.Settle();
        rig.AddressOf("x").Should().Contain("never started");
        rig.Engine.OnInspect(id, null);
        rig.Clock.Advance(TimeSpan.FromSeconds(3));
        await rig.Expect("x", "192.168.1.20");
    }

    [Fact(Timeout = Patience)]
    public async Task A_registry_that_is_away_gets_everything_when_it_is_back()
    {
        await using var rig = await StartAsync();
        await rig.Settle();
        rig.Registry.Broken = true;
        var (a, b) = (rig.Engine.Run("a"), rig.Engine.Run("b"));
        await Until(() => rig.Status.Current.RegistryProblem is not null, () => "not noticed");
        rig.Registry.Broken = false;
        await Until(
            () =>
            {
                rig.Clock.Advance(TimeSpan.FromSeconds(1));
                return rig.AddressOf("a") == rig.Engine.AddressOf(a) && rig.AddressOf("b") == rig.Engine.AddressOf(b);
            },
            () => "the registry lacks a name");
        rig.Status.Current.RegistryProblem.Should().BeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task A_registry_that_lost_everything_gets_it_back_at_once()
    {
        await using var rig = await StartAsync();
        var id = rig.Engine.Run("x");
        await rig.Expect("x", rig.Engine.AddressOf(id));
        rig.Registry.ForgetAll();
        await rig.Expect("x", rig.Engine.AddressOf(id));
    }

    [Fact(Timeout = Patience)]
    public async Task The_lease_is_renewed_three_times_as_often_as_it_ends()
    {
        await using var rig = await StartAsync();
        await Until(() => rig.Registry.Renewals == 1, () => "no first renewal");
        for (var renewals = 2; renewals < 6; renewals++)
        {
            await Until(
                () =>
                {
                    rig.Clock.Advance(TimeSpan.FromSeconds(10));
                    return rig.Registry.Renewals >= renewals;
                },
                () => "no further renewal");
        }
    }

    [Fact(Timeout = Patience)]
    public async Task An_agent_that_is_stopped_leaves_its_names_and_the_next_one_corrects_them()
    {
        await using var rig = await StartAsync();
        var (a, b) = (rig.Engine.Run("a"), rig.Engine.Run("b"));
        await rig.Expect("b", rig.Engine.AddressOf(b));
        await rig.StopAgentAsync();
        rig.Registry["a"].Should().NotBeNull("the container still answers");
        rig.Engine.Destroy(a);
        rig.Engine.Start(b, "192.168.1.99");
        await rig.StartAgentAsync();
        await rig.Expect("b", "192.168.1.99");
        rig.Registry["a"].Should().BeNull();
    }
}
