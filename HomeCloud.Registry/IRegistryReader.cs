using System.Collections.Immutable;

namespace HomeCloud.Registry;

public interface IRegistryReader
{
    /// <summary>
    /// Follows the registry for as long as the caller enumerates: a snapshot first, then every change in order.
    /// Survives a store that goes away and returns (it retries by itself and never throws for that); each
    /// enumeration is independent. A slow reader receives merged updates, never a gap. The snapshot comes as soon as there
    /// is one, from the store or from this process's own copy of it; with neither, not before the store can be reached.
    /// </summary>
    IAsyncEnumerable<RegistryUpdate> WatchAsync(CancellationToken cancellationToken = default);

    /// <summary>The newest content this process knows of.</summary>
    RegistrySnapshot Current { get; }

    RegistryHealth Health { get; }
}

/// <summary>Whether the registry's backing store can be reached.</summary>
/// <param name="Connected">False while, for instance, Redis is away; readers then keep what they have.</param>
/// <param name="Since">Since when, in UTC.</param>
/// <param name="Detail">For a person: which store, and what went wrong.</param>
public sealed record RegistryHealth(bool Connected, DateTimeOffset Since, string Detail);

/// <summary>
/// What a reader of the registry receives, in order. The first is always a whole snapshot
/// (<see cref="Changes"/> is default); after a gap there is another one.
/// </summary>
/// <param name="Snapshot">The registry's content after this update.</param>
/// <param name="Changes">The steps that led here from the previous update, for incremental followers; default (not empty) when the update is a whole snapshot.</param>
/// <param name="OwnersChanged">True when the liveness of an owner changed: every name it claims may have another winner now.</param>
public sealed record RegistryUpdate(RegistrySnapshot Snapshot, ImmutableArray<RecordChange> Changes, bool OwnersChanged = false)
{
    public bool IsSnapshot => Changes.IsDefault;
}
