using System.Collections.Immutable;
using System.Threading.Channels;

namespace HomeCloud.Registry.Feed;

/// <summary>
/// What one follower has not taken yet: nothing, one update, or the merge of several. Merging keeps the last change of each
/// record, so a slow reader costs memory for the names that changed, never for the number of changes; once that is more
/// than the registry itself, the whole snapshot takes its place.
/// </summary>
internal sealed class FeedReader
{
    private const int SnapshotIsCheaper = 4096;

    private readonly Channel<bool> _ready = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
        SingleReader = true,
    });

    private readonly Lock _gate = new();
    private readonly Dictionary<RecordKey, NameRecord?> _merged = [];
    private RegistryUpdate? _pending;
    private bool _merging;

    public void Offer(RegistryUpdate update)
    {
        lock (_gate)
            _pending = _pending is { } pending ? Merge(pending, update) : update;
        _ready.Writer.TryWrite(true);
    }

    public void Complete() => _ready.Writer.TryComplete();

    /// <summary>The next update; null after <see cref="Complete"/>.</summary>
    public async ValueTask<RegistryUpdate?> TakeAsync(CancellationToken cancellationToken)
    {
        while (await _ready.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _ready.Reader.TryRead(out _);
            if (Take() is { } update)
                return update;
        }

        return Take();
    }

    private RegistryUpdate? Take()
    {
        lock (_gate)
        {
            var update = _pending;
            if (_merging)
            {
                update = update! with { Changes = [.. _merged.Select(change => new RecordChange(change.Key, change.Value))] };
                _merged.Clear();
                _merging = false;
            }

            _pending = null;
            return update;
        }
    }

    // While merging, the changes are in _merged and pending.Changes is only "not default".
    private RegistryUpdate Merge(RegistryUpdate pending, RegistryUpdate next)
    {
        var ownersChanged = pending.OwnersChanged || next.OwnersChanged;
        if (pending.IsSnapshot || next.IsSnapshot)
            return WholeSnapshot(next.Snapshot, ownersChanged);

        if (!_merging)
            Collect(pending.Changes);
        _merging = true;
        Collect(next.Changes);
        return _merged.Count > Math.Max(SnapshotIsCheaper, next.Snapshot.Records.Count)
            ? WholeSnapshot(next.Snapshot, ownersChanged)
            : new RegistryUpdate(next.Snapshot, [], ownersChanged);
    }

    private RegistryUpdate WholeSnapshot(RegistrySnapshot snapshot, bool ownersChanged)
    {
        _merged.Clear();
        _merging = false;
        return new RegistryUpdate(snapshot, default, ownersChanged);
    }

    private void Collect(ImmutableArray<RecordChange> changes)
    {
        foreach (var change in changes)
            _merged[change.Key] = change.Record;
    }
}
