using HomeCloud.Registry;

namespace HomeCloud.Tests.Registry;

/// <summary>A follower that believes only the steps it is given: what it holds must always equal the snapshot that came with them.</summary>
internal sealed class FollowedContent
{
    private readonly Dictionary<RecordKey, NameRecord> _records = [];

    public int Updates { get; private set; }

    public int Snapshots { get; private set; }

    public RegistrySnapshot Last { get; private set; } = RegistrySnapshot.Empty;

    public void Take(RegistryUpdate update)
    {
        if (Updates++ == 0)
            update.IsSnapshot.Should().BeTrue("the first update is a snapshot");
        update.Snapshot.Revision.Should().BeGreaterThanOrEqualTo(Last.Revision);
        if (update.IsSnapshot)
        {
            Snapshots++;
            _records.Clear();
            foreach (var (key, record) in update.Snapshot.Records)
                _records[key] = record;
        }
        else
        {
            foreach (var change in update.Changes)
            {
                if (change.Record is { } record)
                    _records[change.Key] = record;
                else
                    _records.Remove(change.Key);
            }
        }

        Last = update.Snapshot;
        _records.Should().Equal(update.Snapshot.Records, "the steps lead to the snapshot, without a gap");
    }
}
