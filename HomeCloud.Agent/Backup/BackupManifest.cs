using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Backup;

/// <summary>First file of a backup.</summary>
/// <param name="Format">Grows when older programs could not read it any more.</param>
/// <param name="Created">UTC.</param>
internal sealed partial record BackupManifest(int Format, DateTimeOffset Created)
{
    public const string FileName = "homecloud-backup.json";
    public const int CurrentFormat = 2;

    /// <summary>Of a backup without volumes, which older programs read too.</summary>
    public const int FormatWithoutVolumes = 1;

    /// <summary>Names of the volumes in it, all before the first; null when there are none.</summary>
    public IReadOnlyList<string>? Volumes { get; set; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BackupManifestJson.Default.BackupManifest);

    /// <returns>Null when this is no manifest.</returns>
    public static BackupManifest? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, BackupManifestJson.Default.BackupManifest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSerializable(typeof(BackupManifest))]
    private sealed partial class BackupManifestJson : JsonSerializerContext;
}
