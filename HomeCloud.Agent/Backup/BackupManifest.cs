using System.Text.Json;

namespace HomeCloud.Agent.Backup;

/// <summary>First file of a backup.</summary>
/// <param name="Format">Grows when older programs could not read it any more.</param>
/// <param name="Created">UTC.</param>
internal sealed record BackupManifest(int Format, DateTimeOffset Created)
{
    public const string FileName = "homecloud-backup.json";
    public const int CurrentFormat = 1;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <returns>Null when this is no manifest.</returns>
    public static BackupManifest? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupManifest>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
