using System.Text.Json.Serialization;

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

/// <summary>An <see cref="OwnerStatus"/> as JSON.</summary>
internal sealed class OwnerDocument
{
    public string? Owner { get; set; }

    public bool Alive { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>In seconds.</summary>
    public double? SeenDead { get; set; }
}

/// <summary>What one record's JSON turned out to be: a valid record, or what is wrong with it.</summary>
[JsonConverter(typeof(RecordConverter))]
internal readonly record struct RecordDocument(NameRecord? Record, string? Problem);
