using System.Collections.Immutable;
using HomeCloud.Registry;
using HomeCloud.Registry.Feed;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Feed;

public class FeedReaderTests
{
    private const int TestTimeout = 60_000;

    private readonly RegistryFeed _feed = new(RegistrySnapshot.Empty);

    [Fact(Timeout = TestTimeout)]
    public async Task One_waiting_update_is_passed_on_as_it_is()
    {
        await using var updates = _feed.WatchAsync(Deadline.Token).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        var update = Put(Record("a", "x", "10.0.0.1"));
        await updates.MoveNextAsync();
        updates.Current.Should().BeSameAs(update);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Several_merge_into_the_last_change_of_each_record()
    {
        await using var updates = _feed.WatchAsync(Deadline.Token).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        Put(Record("a", "x", "10.0.0.1"));
        Put(Record("a", "y", "10.0.0.2"), ownersChanged: true);
        Put(Record("a", "x", "10.0.0.3"));
        await updates.MoveNextAsync();
        updates.Current.Changes.Should().BeEquivalentTo(
            [RecordChange.Put(Record("a", "x", "10.0.0.3")), RecordChange.Put(Record("a", "y", "10.0.0.2"))]);
        updates.Current.OwnersChanged.Should().BeTrue();
        updates.Current.Snapshot.Should().BeSameAs(_feed.Current);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task More_changes_than_names_become_a_snapshot_so_that_memory_is_bounded()
    {
        await using var updates = _feed.WatchAsync(Deadline.Token).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        for (var i = 0; i < 10_000; i++)
        {
            var record = Record("a", $"n{i}", "10.0.0.1");
            _feed.Publish(new RegistryUpdate(_feed.Current with { Revision = i + 1 }, [RecordChange.Put(record), RecordChange.Remove(record.Key)]));
        }

        await updates.MoveNextAsync();
        updates.Current.IsSnapshot.Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Completing_gives_what_is_left_and_ends_the_enumeration()
    {
        await using var updates = _feed.WatchAsync(Deadline.Token).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        Put(Record("a", "x", "10.0.0.1"));
        _feed.Complete();
        (await updates.MoveNextAsync()).Should().BeTrue();
        (await updates.MoveNextAsync()).Should().BeFalse();
    }

    private RegistryUpdate Put(NameRecord record, bool ownersChanged = false)
    {
        ImmutableArray<RecordChange> steps = [RecordChange.Put(record)];
        var update = new RegistryUpdate(
            _feed.Current with { Revision = _feed.Current.Revision + 1, Records = _feed.Current.Records.Applied(steps) }, steps, ownersChanged);
        _feed.Publish(update);
        return update;
    }
}
