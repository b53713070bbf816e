using System.Collections.Immutable;
using HomeCloud.Registry.Feed;
using HomeCloud.Registry.Storage;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Embedded;

/// <summary>
/// The registry of a home with one machine: in memory for readers in this process, on disk for the next start. A write is
/// visible to followers before it is durable; its task completes when it is.
/// </summary>
public sealed class EmbeddedRegistry : IRegistry
{
    public const string DefaultFileName = "names.json";

    // How much of the time for which an owner was seen dead a kill may lose.
    private static readonly TimeSpan SaveSeenDeadEvery = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly RegistryFeed _feed;
    private readonly Dictionary<string, long> _countedAt = [];
    private readonly OwnerLeases _leases;
    private readonly SnapshotSaver _saver;
    private readonly TimeProvider _time;
    private readonly TimeSpan _dropAfter;
    private readonly ITimer _leaseTimer;
    private bool _disposed;

    /// <summary>Loads the file; a file that cannot be understood is set aside and the registry starts empty.</summary>
    public EmbeddedRegistry(RegistryOptions options, ILogger<EmbeddedRegistry> logger, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _time = time ?? TimeProvider.System;
        _dropAfter = options.DropAfter;
        _leases = new OwnerLeases(_time);
        var file = new SnapshotFile(Path.Combine(options.DataDirectory, options.FileName ?? DefaultFileName), _time, logger);
        var stored = file.Load().Snapshot;
        foreach (var owner in stored.Records.Keys.Select(key => key.Owner).Distinct())
        {
            if (owner != WellKnownOwners.Static && stored.IsAlive(owner))
                _leases.Expect(owner, options.ClaimAfterStart);
        }

        _feed = new RegistryFeed(stored);
        _saver = new SnapshotSaver(file, TimeSpan.Zero, _time, logger);
        _leaseTimer = _time.CreateTimer(static state => ((EmbeddedRegistry)state!).JudgeLeases(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        JudgeLeases();
    }

    public RegistrySnapshot Current => _feed.Current;

    public RegistryHealth Health => _saver.Health;

    public IAsyncEnumerable<RegistryUpdate> WatchAsync(CancellationToken cancellationToken = default) => _feed.WatchAsync(cancellationToken);

    public Task<long> ReplaceAsync(string owner, IReadOnlyCollection<NameRecord> records, CancellationToken cancellationToken = default)
    {
        RecordRules.RequireValidSet(owner, records);
        return WriteAsync(owner, current => SnapshotChanges.ForReplace(current, owner, records), cancellationToken);
    }

    public Task<long> ApplyAsync(string owner, IReadOnlyCollection<RecordChange> changes, CancellationToken cancellationToken = default)
    {
        RecordRules.RequireValidChanges(owner, changes);
        return WriteAsync(owner, current => SnapshotChanges.ForApply(current, changes), cancellationToken);
    }

    public Task RenewLeaseAsync(string owner, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        RecordRules.RequireOwner(owner);
        lock (_gate)
        {
            if (owner != WellKnownOwners.Static)
                _leases.Renew(owner, duration);
        }

        JudgeLeases();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            var before = _feed.Current;
            var counted = Count(before.Owners, atLeast: TimeSpan.Zero);
            if (!ReferenceEquals(counted, before.Owners))
                _ = Publish(before, [], counted);
        }

        await _leaseTimer.DisposeAsync().ConfigureAwait(false);
        _feed.Complete();
        await _saver.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<long> WriteAsync(string owner, Func<RegistrySnapshot, ImmutableArray<RecordChange>> plan, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task durable;
        long revision;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var before = _feed.Current;
            var steps = plan(before);
            if (owner != WellKnownOwners.Static)
                _leases.Claim(owner);
            var owners = Judge(before.Owners);
            revision = steps.IsEmpty ? before.Revision : before.Revision + 1;
            durable = steps.IsEmpty && ReferenceEquals(owners, before.Owners)
                ? _saver.WhenDurableAsync()
                : Publish(before, steps, owners);
        }

        await durable.WaitAsync(cancellationToken).ConfigureAwait(false);
        return revision;
    }

    private Task Publish(RegistrySnapshot before, ImmutableArray<RecordChange> steps, ImmutableDictionary<string, OwnerStatus> owners)
    {
        var revision = steps.IsEmpty ? before.Revision : before.Revision + 1;
        var after = new RegistrySnapshot(revision, before.Records.Applied(steps), owners);
        _feed.Publish(new RegistryUpdate(after, steps, OwnersChanged: !ReferenceEquals(owners, before.Owners)));
        return _saver.SaveAsync(new StoredSnapshot(after, Origin: null));
    }

    private void JudgeLeases()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            var before = _feed.Current;
            var owners = Judge(before.Owners);
            var dropped = owners.Values.Where(owner => !owner.Alive && UntilDrop(owner) <= TimeSpan.Zero).Select(owner => owner.Owner).ToHashSet();
            foreach (var owner in dropped)
            {
                _leases.Forget(owner);
                _countedAt.Remove(owner);
            }

            var kept = owners.RemoveRange(dropped);
            if (!ReferenceEquals(kept, before.Owners))
                Publish(before, [.. before.Records.Keys.Where(key => dropped.Contains(key.Owner)).Select(RecordChange.Remove)], kept);
            ScheduleNextJudgement(kept);
        }
    }

    // An owner without a lease of its own is alive and not listed; one that was listed stays listed while it has records.
    private ImmutableDictionary<string, OwnerStatus> Judge(ImmutableDictionary<string, OwnerStatus> owners)
    {
        var judged = owners;
        foreach (var owner in _leases.Owners.Concat(owners.Keys).Distinct().ToArray())
        {
            var alive = _leases.IsAlive(owner);
            if (owners.TryGetValue(owner, out var status) ? status.Alive != alive : !alive)
                judged = judged.SetItem(owner, new OwnerStatus(owner, alive, _time.GetUtcNow()));
            if (alive)
                _countedAt.Remove(owner);
            else
                _countedAt.TryAdd(owner, _time.GetTimestamp());
        }

        return Count(judged, SaveSeenDeadEvery);
    }

    private ImmutableDictionary<string, OwnerStatus> Count(ImmutableDictionary<string, OwnerStatus> owners, TimeSpan atLeast)
    {
        foreach (var owner in owners.Values.Where(owner => !owner.Alive && Uncounted(owner) is var more && more > TimeSpan.Zero && more >= atLeast))
        {
            owners = owners.SetItem(owner.Owner, owner with { SeenDead = owner.SeenDead + Uncounted(owner) });
            _countedAt[owner.Owner] = _time.GetTimestamp();
        }

        return owners;
    }

    private TimeSpan Uncounted(OwnerStatus dead) => _countedAt.TryGetValue(dead.Owner, out var since) ? _time.GetElapsedTime(since) : TimeSpan.Zero;

    private TimeSpan UntilDrop(OwnerStatus dead) => _dropAfter - dead.SeenDead - Uncounted(dead);

    private void ScheduleNextJudgement(ImmutableDictionary<string, OwnerStatus> owners)
    {
        var next = _leases.UntilNextExpiry();
        foreach (var owner in owners.Values)
        {
            if (!owner.Alive && UntilDrop(owner) is var drop && (next is null || drop < next))
                next = drop;
        }

        // A timer takes 49 days at most; a millisecond more, so that the moment has surely come when it fires.
        var due = next is { } wait ? TimeSpan.FromMilliseconds(Math.Clamp(wait.TotalMilliseconds + 1, 1, int.MaxValue)) : Timeout.InfiniteTimeSpan;
        _leaseTimer.Change(due, Timeout.InfiniteTimeSpan);
    }
}
