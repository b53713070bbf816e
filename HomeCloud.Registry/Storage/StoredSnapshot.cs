namespace HomeCloud.Registry.Storage;

/// <summary>What a snapshot file holds.</summary>
/// <param name="Snapshot">The names.</param>
/// <param name="Origin">Null for the embedded registry.</param>
internal sealed record StoredSnapshot(RegistrySnapshot Snapshot, SnapshotOrigin? Origin)
{
    public static StoredSnapshot Empty { get; } = new(RegistrySnapshot.Empty, null);
}

/// <summary>Which Redis a snapshot was copied from, so that a restarted reader can tell whether it is still the same one.</summary>
/// <param name="Epoch">Born with the data: another one means that Redis had lost everything.</param>
/// <param name="Run">Redis's <c>run_id</c>: another one means a restarted Redis, or a promoted replica.</param>
internal sealed record SnapshotOrigin(string Epoch, string Run);
