namespace HomeCloud.Registry.Storage;

/// <summary>What a snapshot file holds.</summary>
/// <param name="Snapshot">The names.</param>
/// <param name="Origin">Null for the embedded registry.</param>
internal sealed record StoredSnapshot(RegistrySnapshot Snapshot, SnapshotOrigin? Origin)
{
    public static StoredSnapshot Empty { get; } = new(RegistrySnapshot.Empty, null);
}
