using HomeCloud.Registry;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry;

/// <summary>What every registry promises, whatever keeps it. Each store derives from this and passes all of it.</summary>
public abstract class RegistryContract : IAsyncLifetime
{
    protected const int TestTimeout = 120_000;

    private readonly List<IRegistry> _opened = [];

    protected IRegistry Registry { get; private set; } = null!;

    /// <summary>Another registry over the same stored names, as after a restart of the process.</summary>
    protected abstract Task<IRegistry> OpenAsync();

    public virtual async Task InitializeAsync() => Registry = await OpenTrackedAsync();

    public virtual async Task DisposeAsync()
    {
        foreach (var registry in _opened)
            await registry.DisposeAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_put_record_comes_back_with_every_field()
    {
        var record = Full("server1", "airplay");
        var revision = await Registry.ReplaceAsync("server1", [record]);

        var snapshot = await Registry.FollowUntilAsync(s => s.Revision >= revision);
        snapshot.Records.Should().ContainSingle().Which.Value.Should().Be(record);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Names_survive_a_restart()
    {
        await Registry.ReplaceAsync("server1", [Full("server1", "airplay"), Record("server1", "*.web", "192.168.1.51")]);
        await Registry.ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "192.168.1.20"))]);
        var before = await Registry.FollowUntilAsync(s => s.Records.Count == 3);
        await Registry.DisposeAsync();

        var after = await (await OpenTrackedAsync()).FollowUntilAsync(s => s.Records.Count == 3);
        after.Records.Should().BeEquivalentTo(before.Records);
        after.Revision.Should().BeGreaterThanOrEqualTo(before.Revision);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Replace_touches_only_its_owner_and_is_complete()
    {
        await Registry.ReplaceAsync("a", [Record("a", "one", "10.0.0.1"), Record("a", "two", "10.0.0.2")]);
        await Registry.ReplaceAsync("b", [Record("b", "one", "10.0.1.1")]);
        var revision = await Registry.ReplaceAsync("a", [Record("a", "three", "10.0.0.3")]);

        var snapshot = await Registry.FollowUntilAsync(s => s.Revision >= revision);
        snapshot.Records.Keys.Should().BeEquivalentTo([new RecordKey("b", "one"), new RecordKey("a", "three")]);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_empty_set_is_a_valid_wish()
    {
        await Registry.ReplaceAsync("a", [.. Many("a", 5)]);
        var revision = await Registry.ReplaceAsync("a", []);
        (await Registry.FollowUntilAsync(s => s.Revision >= revision)).Records.Should().BeEmpty();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Replacing_by_an_equal_set_changes_nothing()
    {
        var first = await Registry.ReplaceAsync("a", [Full("a", "x"), Record("a", "y", "10.0.0.1")]);
        var second = await Registry.ReplaceAsync("a", [Record("a", "y", "10.0.0.1"), Full("a", "x")]);
        second.Should().Be(first);
        var third = await Registry.ApplyAsync("a", [RecordChange.Put(Full("a", "x")), RecordChange.Remove(new("a", "not-there"))]);
        third.Should().Be(first);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Changes_apply_in_order_all_at_once()
    {
        await Registry.ReplaceAsync("a", [Record("a", "gone", "10.0.0.1"), Record("a", "kept", "10.0.0.2")]);
        var start = await Registry.FollowUntilAsync(s => s.Records.Count == 2);
        var revision = await Registry.ApplyAsync("a",
        [
            RecordChange.Remove(new("a", "gone")),
            RecordChange.Put(Record("a", "new", "10.0.0.3")),
            RecordChange.Put(Record("a", "brief", "10.0.0.4")),
            RecordChange.Put(Record("a", "new", "10.0.0.5")),
            RecordChange.Remove(new("a", "brief")),
        ]);

        revision.Should().BeGreaterThan(start.Revision);
        var snapshot = await Registry.FollowUntilAsync(s => s.Revision >= revision);
        snapshot.Records.Keys.Select(key => key.Name).Should().BeEquivalentTo("kept", "new");
        snapshot.Records[new("a", "new")].Addresses.Single().ToString().Should().Be("10.0.0.5");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_follower_sees_each_write_whole_and_every_step_leads_to_the_snapshot()
    {
        var follower = new FollowedContent();
        var following = Task.Run(async () =>
        {
            await foreach (var update in Registry.WatchAsync(Deadline.Token))
            {
                follower.Take(update);
                // Each write puts or removes these two together.
                update.Snapshot.Records.ContainsKey(new("a", "left")).Should().Be(update.Snapshot.Records.ContainsKey(new("a", "right")));
                if (update.Snapshot.Records.ContainsKey(new("a", "end")))
                    return;
            }
        });
        for (var i = 0; i < 50; i++)
        {
            await Registry.ReplaceAsync("a", i % 2 == 0 ? [Record("a", "left", "10.0.0.1"), Record("a", "right", "10.0.0.2")] : []);
            await Registry.ReplaceAsync("b", [.. Many("b", i % 7, i)]);
        }

        await Registry.ReplaceAsync("a", [Record("a", "end", "10.0.0.9")]);
        await following;
        follower.Last.Records.Count.Should().Be(1 + (49 % 7));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_slow_reader_gets_merged_updates_and_no_gap()
    {
        var follower = new FollowedContent();
        await using var updates = Registry.WatchAsync(Deadline.Token).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        follower.Take(updates.Current);

        var revision = 0L;
        for (var i = 0; i < 100; i++)
            revision = await Registry.ReplaceAsync("a", [.. Many("a", 1 + (i % 3), i)]);
        await Registry.FollowUntilAsync(s => s.Revision >= revision);

        while (follower.Last.Revision < revision && await updates.MoveNextAsync())
            follower.Take(updates.Current);
        follower.Updates.Should().BeLessThan(10, "a reader that was not there for a hundred writes takes them merged");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Enumerations_are_independent()
    {
        var first = Registry.FollowUntilAsync(s => s.Records.Count == 1);
        var second = Registry.FollowUntilAsync(s => s.Records.Count == 2);
        await Registry.ApplyAsync("a", [RecordChange.Put(Record("a", "one", "10.0.0.1"))]);
        await first;
        await Registry.ApplyAsync("a", [RecordChange.Put(Record("a", "two", "10.0.0.2"))]);
        (await second).Records.Should().HaveCount(2);
        await Deadline.UntilAsync(() => Registry.Current.Records.Count == 2, "Current is the newest content");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_cancelled_enumeration_ends()
    {
        using var source = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in Registry.WatchAsync(source.Token))
            {
            }
        });
        await source.CancelAsync();
        await reading.Invoking(r => r).Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory(Timeout = TestTimeout)]
    [InlineData("UPPER")]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.*.b")]
    public async Task A_name_that_is_not_valid_is_refused_and_nothing_changes(string name)
    {
        var before = Registry.Current.Revision;
        var write = () => Registry.ReplaceAsync("a", [Record("a", "fine", "10.0.0.1"), Record("a", name, "10.0.0.1")]);
        (await write.Should().ThrowAsync<ArgumentException>()).WithMessage($"*'{name}'*");
        Registry.Current.Revision.Should().Be(before);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Foreign_and_doubled_records_are_refused()
    {
        var foreign = () => Registry.ReplaceAsync("a", [Record("b", "x", "10.0.0.1")]);
        await foreign.Should().ThrowAsync<ArgumentException>();
        var doubled = () => Registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1"), Record("a", "x", "10.0.0.2")]);
        await doubled.Should().ThrowAsync<ArgumentException>();
        var change = () => Registry.ApplyAsync("a", [RecordChange.Remove(new("b", "x"))]);
        await change.Should().ThrowAsync<ArgumentException>();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_owner_whose_lease_runs_out_is_dead_and_one_that_renews_lives_again()
    {
        await Registry.RenewLeaseAsync("a", TimeSpan.FromMinutes(10));
        await Registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        (await Registry.FollowUntilAsync(s => s.Records.Count == 1)).IsAlive("a").Should().BeTrue();

        await Registry.RenewLeaseAsync("a", TimeSpan.FromMilliseconds(50));
        var ownersChanged = false;
        await foreach (var update in Registry.WatchAsync(Deadline.Token))
        {
            ownersChanged |= update.OwnersChanged;
            if (!update.Snapshot.IsAlive("a"))
            {
                update.Snapshot.Records.Should().HaveCount(1, "the records of a dead owner still answer");
                break;
            }
        }

        ownersChanged.Should().BeTrue();
        await Registry.RenewLeaseAsync("a", TimeSpan.FromMinutes(10));
        await Registry.FollowUntilAsync(s => s.IsAlive("a"));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_thousand_records_and_concurrent_writers_end_right()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var owner = $"agent{writer}";
            for (var round = 0; round < 10; round++)
                await Registry.ReplaceAsync(owner, [.. Many(owner, 100 + round, round)]);
            await Registry.ReplaceAsync(owner, [.. Many(owner, 125, 99)]);
        }));
        var expected = Enumerable.Range(0, 8).SelectMany(writer => Many($"agent{writer}", 125, 99)).ToDictionary(record => record.Key);
        var end = await Registry.FollowUntilAsync(s => s.Records.Count == 1000 && s.Records.Values.All(r => expected[r.Key].Equals(r)));
        end.Records.Should().HaveCount(1000);
    }

    protected async Task<IRegistry> OpenTrackedAsync()
    {
        var registry = await OpenAsync();
        _opened.Add(registry);
        return registry;
    }
}
