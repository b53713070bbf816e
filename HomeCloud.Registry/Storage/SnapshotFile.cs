using System.Collections.Immutable;
using System.Text.Json;
using HomeCloud.Net.Files;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Storage;

/// <summary>
/// A registry as one file: the embedded registry's memory across restarts, and a reader's copy of Redis. JSON with one
/// record a line, so that grep and diff are of use. A file that cannot be read or understood is set aside: it never stops a
/// start, and is never written over.
/// </summary>
internal sealed partial class SnapshotFile(string path, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(36500);

    private bool _isInTheWay;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The file's content; empty when there is none, or none that can be understood.</summary>
    public StoredSnapshot Load()
    {
        try
        {
            using var stream = File.OpenRead(Path);
            var document = JsonSerializer.Deserialize(stream, RecordJson.Readable.SnapshotDocument)
                ?? throw new JsonException("The file contains null.");
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
            SetAside("corrupt", exception.Message);
            return StoredSnapshot.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            SetAside("unreadable", exception.Message);
            return StoredSnapshot.Empty;
        }
    }

    /// <exception cref="IOException">The disk is full, or the directory cannot be written; or what stands there was never read.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public void Save(StoredSnapshot stored)
    {
        if (_isInTheWay)
            throw new IOException("it could neither be read nor moved away, so it is not overwritten");
        AtomicFile.Write(Path, stream => SnapshotText.Write(stream, stored));
    }

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
                owners[id] = new OwnerStatus(id, owner.Alive, owner.Since, TimeSpan.FromSeconds(Math.Clamp(owner.SeenDead ?? 0, 0, LongestTime.TotalSeconds)));
        }

        var snapshot = new RegistrySnapshot(Math.Max(0, document.Revision), records.ToImmutable(), owners.ToImmutable());
        return new StoredSnapshot(snapshot, document.Origin);
    }

    private void SetAside(string why, string reason)
    {
        try
        {
            var aside = AtomicFile.SetAside(Path, why, time);
            if (why == "corrupt")
                LogSetAside(Path, reason, aside);
            else
                LogUnreadable(Path, reason, aside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isInTheWay = true;
            LogInTheWay(Path, reason, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "Snapshot {Path}: not readable: {Reason} It was moved to {Aside}, and the names start empty. Agents add theirs again automatically; names added by hand are in the moved file.")]
    private partial void LogSetAside(string path, string reason, string aside);

    [LoggerMessage(LogLevel.Error, "Snapshot {Path}: cannot be read: {Reason} It was moved to {Aside}, and the names start empty. Agents add theirs again automatically. To restore the names added by hand: stop the program, chown the moved file to its user, rename it back and start again.")]
    private partial void LogUnreadable(string path, string reason, string aside);

    [LoggerMessage(LogLevel.Error, "Snapshot {Path}: cannot be used: {Reason} It could not be moved away either: {Problem} The names start empty and are kept in memory only, so that the file is not overwritten. Give the file and its directory to the program's user (chown) and start again.")]
    private partial void LogInTheWay(string path, string reason, string problem);

    [LoggerMessage(LogLevel.Warning, "Snapshot {Path}: ignored a record: {Problem}")]
    private partial void LogRecordSkipped(string path, string problem);
}
