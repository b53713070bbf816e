using System.Collections.Immutable;
using HomeCloud.Registry.Feed;
using HomeCloud.Registry.Storage;

namespace HomeCloud.Registry.Redis;

/// <summary>
/// What a reader believes, from what Redis says and what it remembers. Normally the two are the same. After a Redis that is
/// another process (restarted, perhaps with less data or none; or a promoted replica), each owner that was alive is believed
/// as remembered until it confirms its records there. Who is alive is judged by a steady clock, from when a renewal was seen:
/// Redis's own clock may step. Not thread-safe; the follower alone calls it.
/// </summary>
internal sealed class RedisView
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _returnGrace;
    private readonly TimeSpan _dropAfter;
    private readonly Dictionary<string, HeldOwner> _held = [];
    private readonly Dictionary<string, Heard> _heard = [];
    private readonly Dictionary<string, long> _deadSince = [];
    private ImmutableDictionary<RecordKey, NameRecord> _redis = ImmutableDictionary<RecordKey, NameRecord>.Empty;
    private SnapshotOrigin? _origin;
    private SnapshotOrigin? _heldSince;
    private long? _returned;

    public RedisView(StoredSnapshot remembered, RegistryOptions options, TimeProvider time)
    {
        _time = time;
        _returnGrace = options.ReturnGrace;
        _dropAfter = options.DropAfter;
        _origin = remembered.Origin;
        Current = remembered.Snapshot;
    }

    public RegistrySnapshot Current { get; private set; }

    /// <summary>For the file: while records are held it names the Redis they come from, so that a restart holds them again.</summary>
    public SnapshotOrigin? Origin => _heldSince ?? _origin;

    public string Epoch => _origin?.Epoch ?? "";

    /// <summary>The names without an agent that Redis lost and nobody put back yet.</summary>
    public ImmutableArray<NameRecord> LostStaticNames => _held.TryGetValue(WellKnownOwners.Static, out var held) ? held.Records : [];

    /// <summary>A connection was made: leases count from a while later only, so that owners can renew them first.</summary>
    public void Returned() => _returned = _time.GetTimestamp();

    /// <summary>Takes a whole new content from Redis.</summary>
    /// <returns>What changed for readers; null when nothing did.</returns>
    public RegistryUpdate? TakeSnapshot(ImmutableDictionary<RecordKey, NameRecord> records, RedisMeta meta, string run, OwnerReply owners)
    {
        var origin = new SnapshotOrigin(meta.Epoch, run);
        if (_origin is { } before && before != origin)
            Hold(before, origin, owners);
        _origin = origin;
        _redis = records;
        Release(owners);
        return Publish(Compose(), Judge(owners), meta.Revision);
    }

    /// <summary>Takes the next changes from the log.</summary>
    /// <returns>What changed for readers; null when nothing did.</returns>
    public RegistryUpdate? TakeSteps(ImmutableArray<RecordChange> steps, long revision)
    {
        _redis = _redis.Applied(steps);
        if (_held.Count > 0)
            return Publish(Compose(), Current.Owners, revision);
        return Publish(_redis, Current.Owners, revision, steps);
    }

    /// <summary>Takes who is alive, and who confirmed its records.</summary>
    /// <returns>What changed for readers; null when nothing did.</returns>
    public RegistryUpdate? TakeOwners(OwnerReply owners) => Release(owners)
        ? Publish(Compose(), Judge(owners), Current.Revision)
        : Publish(Current.Records, Judge(owners), Current.Revision, steps: []);

    private bool InGrace => _returned is { } returned && _time.GetElapsedTime(returned) < _returnGrace;

    private void Hold(SnapshotOrigin before, SnapshotOrigin now, OwnerReply owners)
    {
        var lostEverything = before.Epoch.Length > 0 && before.Epoch != now.Epoch;
        foreach (var owned in Current.Records.Values.GroupBy(record => record.Owner))
        {
            var hold = owned.Key == WellKnownOwners.Static
                ? lostEverything && !owners.Restored
                : !owners.IsConfirmed(owned.Key, now.Run) && (lostEverything || Current.IsAlive(owned.Key));
            if (hold)
                _held[owned.Key] = new HeldOwner([.. owned], lostEverything || (_held.TryGetValue(owned.Key, out var held) && held.LostEverything));
        }

        if (_held.Count > 0)
            _heldSince ??= before;
    }

    private bool Release(OwnerReply owners)
    {
        if (_held.Count == 0)
            return false;
        var ended = _held.Where(held => IsOver(held.Key, held.Value, owners)).Select(held => held.Key).ToArray();
        foreach (var owner in ended)
            _held.Remove(owner);
        if (_held.Count == 0)
            _heldSince = null;
        return ended.Length > 0;
    }

    private bool IsOver(string owner, HeldOwner held, OwnerReply owners)
    {
        if (owner == WellKnownOwners.Static)
            return owners.Restored;
        if (owners.IsConfirmed(owner, _origin!.Run))
            return true;
        if (!held.LostEverything)
            return !InGrace;
        return _deadSince.TryGetValue(owner, out var since) && _time.GetElapsedTime(since) > _dropAfter;
    }

    private ImmutableDictionary<RecordKey, NameRecord> Compose()
    {
        if (_held.Count == 0)
            return _redis;
        var view = _redis.ToBuilder();
        view.RemoveRange([.. _redis.Keys.Where(key => key.Owner != WellKnownOwners.Static && _held.ContainsKey(key.Owner))]);
        foreach (var record in _held.Values.SelectMany(held => held.Records))
            view.TryAdd(record.Key, record);
        return view.ToImmutable();
    }

    private ImmutableDictionary<string, OwnerStatus> Judge(OwnerReply owners)
    {
        var judged = Current.Owners;
        var known = owners.Leases.Keys.Concat(_held.Keys).Where(owner => owner != WellKnownOwners.Static).ToHashSet();
        foreach (var owner in known)
        {
            var leased = owners.Leases.TryGetValue(owner, out var ends);
            var alive = (leased && Hear(owner, ends, owners)) || (InGrace && Current.IsAlive(owner) && (judged.ContainsKey(owner) || !leased));
            if (alive)
                _deadSince.Remove(owner);
            else
                _deadSince.TryAdd(owner, _time.GetTimestamp());
            if (!judged.TryGetValue(owner, out var status) || status.Alive != alive)
                judged = judged.SetItem(owner, new OwnerStatus(owner, alive, alive || !leased ? owners.Now : ends));
        }

        foreach (var owner in _heard.Keys.Concat(_deadSince.Keys).Where(owner => !known.Contains(owner)).ToArray())
        {
            _heard.Remove(owner);
            _deadSince.Remove(owner);
        }

        return judged.RemoveRange(judged.Keys.Where(owner => !known.Contains(owner)));
    }

    /// <returns>Whether its lease still runs.</returns>
    private bool Hear(string owner, DateTimeOffset ends, OwnerReply owners)
    {
        var renewal = owners.Renewals.GetValueOrDefault(owner);
        if (!_heard.TryGetValue(owner, out var heard) || heard.Renewal != renewal || heard.Ends != ends)
        {
            var left = ends - owners.Now;
            if (renewal is not null)
            {
                // Renewed since the last look; or seen for the first time, and then Redis's clock is all there is.
                var renewed = heard?.Renewal is not null && heard.Renewal != renewal;
                left = renewed || left > renewal.Duration ? renewal.Duration : left;
            }

            _heard[owner] = heard = new Heard(renewal, ends, _time.GetTimestamp(), left);
        }

        return _time.GetElapsedTime(heard.At) < heard.Left;
    }

    private RegistryUpdate? Publish(
        ImmutableDictionary<RecordKey, NameRecord> records,
        ImmutableDictionary<string, OwnerStatus> owners,
        long revision,
        ImmutableArray<RecordChange>? steps = null)
    {
        var changes = steps ?? SnapshotChanges.Between(Current.Records, records);
        var ownersChanged = !ReferenceEquals(owners, Current.Owners);
        if (changes.IsEmpty && !ownersChanged && revision <= Current.Revision)
            return null;
        Current = new RegistrySnapshot(Math.Max(revision, Current.Revision + (changes.IsEmpty ? 0 : 1)), records, owners);
        return new RegistryUpdate(Current, changes, ownersChanged);
    }

    private sealed record Heard(OwnerReply.Renewal? Renewal, DateTimeOffset Ends, long At, TimeSpan Left);
}

/// <summary>An owner's records as a reader remembers them from before Redis came back as another one, until the owner put them back itself.</summary>
/// <param name="Records">As they were.</param>
/// <param name="LostEverything">True when Redis came back empty: then only the owner itself, or the time after which dead owners are dropped, ends this.</param>
internal sealed record HeldOwner(ImmutableArray<NameRecord> Records, bool LostEverything);
