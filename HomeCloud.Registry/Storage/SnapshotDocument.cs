namespace HomeCloud.Registry.Storage;

/// <summary>The whole file: see docs/registry.md.</summary>
internal sealed class SnapshotDocument
{
    /// <summary>Raised when an older program would misread the file; fields that may be ignored do not raise it.</summary>
    public const int CurrentSchema = 1;

    public int Schema { get; set; }

    public long Revision { get; set; }

    /// <summary>Only in the copy of a Redis registry: which Redis it was copied from.</summary>
    public SnapshotOrigin? Origin { get; set; }

    public OwnerDocument[]? Owners { get; set; }

    public RecordDocument[]? Records { get; set; }
}
