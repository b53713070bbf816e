using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Storage;

/// <summary>
/// A registry as one file: the embedded registry's memory across restarts, and a reader's copy of Redis. JSON with one
/// record a line, so that grep and diff are of use. A file that cannot be understood is set aside and never stops a start.
/// </summary>
internal sealed partial class SnapshotFile(string path, TimeProvider time, ILogger logger)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The file's content; empty when there is none, or none that can be understood.</summary>
    public StoredSnapshot Load()
    {
        try
        {
            using var stream = File.OpenRead(Path);
            var document = JsonSerializer.Deserialize(stream, RecordJson.Readable.SnapshotDocument)
                ?? throw new JsonException("The file holds null.");
            if (document.Schema is < 1 or > SnapshotDocument.CurrentSchema)
                throw new JsonException($"It has schema {document.Schema}; this version of HomeCloud reads schema {SnapshotDocument.CurrentSchema}.");
            return Read(document);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return StoredSnapshot.Empty;
        }
        catch (JsonException exception)
        {
            SetAside(exception.Message);
            return StoredSnapshot.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(Path, exception.Message);
            return StoredSnapshot.Empty;
        }
    }

    /// <exception cref="IOException">The disk is full, or the directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public void Save(StoredSnapshot stored) => AtomicFile.Write(Path, stream => SnapshotText.Write(stream, stored));

    private StoredSnapshot Read(SnapshotDocument document)
    {
        var records = ImmutableDictionary.CreateBuilder<RecordKey, NameRecord>();
        foreach (var item in document.Records ?? [])
        {
            if (item.Record is { } record)
                records[record.Key] = record;
            else
                LogRecordSkipped(Path, item.Problem!);
        }

        var owners = ImmutableDictionary.CreateBuilder<string, OwnerStatus>();
        foreach (var owner in document.Owners ?? [])
        {
            if (owner?.Owner is { } id && NameRules.CheckOwner(id) is null)
                owners[id] = new OwnerStatus(id, owner.Alive, owner.Since);
        }

        var snapshot = new RegistrySnapshot(Math.Max(0, document.Revision), records.ToImmutable(), owners.ToImmutable());
        return new StoredSnapshot(snapshot, document.Origin);
    }

    private void SetAside(string reason)
    {
        var stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var aside = $"{Path}.corrupt-{stamp}";
        for (var again = 2; File.Exists(aside); again++)
            aside = $"{Path}.corrupt-{stamp}-{again}";
        try
        {
            File.Move(Path, aside);
            LogSetAside(Path, reason, aside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(Path, $"{reason} It could not be set aside either: {exception.Message}");
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Path} cannot be understood: {Reason} It was set aside as {Aside}, and the names start empty; agents put theirs back by themselves, names added by hand are in the file that was set aside.")]
    private partial void LogSetAside(string path, string reason, string aside);

    [LoggerMessage(2, LogLevel.Error, "{Path} cannot be read, and the names start empty: {Reason}")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(3, LogLevel.Warning, "A record in {Path} was left out: {Problem}")]
    private partial void LogRecordSkipped(string path, string problem);
}
