using System.Collections.Immutable;

namespace HomeCloud.Registry;

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
