using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using HomeCloud.Net.Files.Native;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Backup;

/// <summary>
/// The data directory as one compressed archive. Every file in it is only ever replaced whole, so copying while the agent
/// runs is safe. What is read back is hostile until checked: only plain files, only below the directory.
/// </summary>
internal static class BackupArchive
{
    private const long LargestFile = 256L * 1024 * 1024;
    private const long LargestInAll = 1024L * 1024 * 1024;
    private const int MostFiles = 100_000;

    /// <param name="directory">The data directory.</param>
    /// <param name="output">Where to.</param>
    /// <param name="time">For the manifest.</param>
    /// <param name="volumes">Those that are taken too, and how; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Files in it, and what is no file and so is not in it.</returns>
    public static async Task<(int Files, IReadOnlyList<string> LeftOut)> WriteAsync(
        string directory, Stream output, TimeProvider time, (IReadOnlyList<StoredVolume> Taken, VolumeArchive Archive)? volumes, CancellationToken cancellationToken)
    {
        await using var compressed = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true);
        await using var tar = new TarWriter(compressed, TarEntryFormat.Pax);
        using var seal = new BackupSeal();
        var manifest = volumes is null
            ? new BackupManifest(BackupManifest.FormatWithoutVolumes, time.GetUtcNow())
            : new BackupManifest(BackupManifest.CurrentFormat, time.GetUtcNow()) { Volumes = [.. volumes.Value.Taken.Select(volume => volume.Name)] };
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, BackupManifest.FileName) { DataStream = new MemoryStream(manifest.ToJson()) }, cancellationToken);
        var count = 0;
        var leftOut = new List<string>();
        foreach (var file in Files(new DirectoryInfo(directory)).OrderBy(file => file.FullName, StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(directory, file.FullName);
            // Sockets of running programs are doors and their locks keep others out: no data, and they cannot be read.
            if (file.Extension is ".sock" or ".lock" || !DirectoryExchange.IsContent(name.Split('/')[0]) || IsSecretOfTheHousehold(name))
                continue;
            var content = new MemoryStream();
            UnixFileMode mode = default;
            try
            {
                await using var source = RegularFile.OpenRead(file.FullName);
                await source.CopyToAsync(content, cancellationToken);
                if (!OperatingSystem.IsWindows())
                    mode = File.GetUnixFileMode(source.SafeFileHandle);
            }
            catch (FileNotFoundException)
            {
                // Replaced while the list was made: a temporary file that is gone.
                continue;
            }
            catch (NotRegularException)
            {
                leftOut.Add(name);
                continue;
            }

            content.Position = 0;
            var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = mode };
            await tar.WriteEntryAsync(entry, cancellationToken);
            seal.Add(entry.Name, entry.Mode, SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
            count++;
        }

        if (volumes is { } chosen)
            await chosen.Archive.WriteAsync(chosen.Taken, tar, seal, cancellationToken);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, BackupSeal.FileName) { DataStream = new MemoryStream(seal.ToBytes()) }, cancellationToken);
        return (count, leftOut);
    }

    /// <summary>Who asked for what is kept for hours; in a backup it would stay for years.</summary>
    private static bool IsSecretOfTheHousehold(string name) => name.StartsWith("dns/queries-", StringComparison.Ordinal);

    /// <summary>Everything but folders. Root backs up what belongs to another: a link, also one to a folder, is not followed.</summary>
    private static IEnumerable<FileSystemInfo> Files(DirectoryInfo folder) => folder.EnumerateFileSystemInfos().SelectMany(entry =>
        entry is DirectoryInfo { LinkTarget: null } below ? Files(below) : [entry]);

    /// <summary>Unpacks into <paramref name="directory"/>, which is empty.</summary>
    /// <exception cref="InvalidDataException">It is no backup, from a newer version, or not to be trusted; the message says which.</exception>
    /// <param name="input">The backup.</param>
    /// <param name="directory">For its files.</param>
    /// <param name="check">Told of the volumes in it before anything is written; may refuse.</param>
    /// <param name="volumes">Takes the volumes; null to pass them over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many files there are.</returns>
    public static async Task<int> ReadAsync(Stream input, string directory, Func<IReadOnlyList<string>, Task> check, VolumeArchive? volumes, CancellationToken cancellationToken)
    {
        try
        {
            await using var compressed = new GZipStream(input, CompressionMode.Decompress, leaveOpen: true);
            await using var tar = new TarReader(compressed);
            await check((await CheckManifestAsync(tar, cancellationToken)).Volumes ?? []);
            using var seal = new BackupSeal();
            var (count, total) = (0, 0L);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.Name == BackupSeal.FileName)
                {
                    await seal.CheckAsync(entry.DataStream, cancellationToken);
                    if (volumes is not null)
                        await volumes.EndAsync();
                    return count;
                }

                if (entry.Name.StartsWith(VolumeArchive.Folder, StringComparison.Ordinal))
                {
                    seal.Add(entry.Name, entry.Mode, volumes is null ? await HashAsync(entry, cancellationToken) : await volumes.ReadAsync(entry, cancellationToken));
                    continue;
                }

                total += entry.Length;
                if (entry.Length > LargestFile || total > LargestInAll || ++count > MostFiles)
                    throw new InvalidDataException("the backup is larger than the limit");
                seal.Add(entry.Name, entry.Mode, await ExtractAsync(entry, directory, cancellationToken));
                // Backups of earlier versions hold it.
                if (entry.Name == RegistryOptions.PlaceFile)
                {
                    File.Delete(Path.Combine(directory, entry.Name));
                    count--;
                }
            }

            throw new InvalidDataException("the backup is truncated");
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException or ArithmeticException)
        {
            throw new InvalidDataException("the backup is truncated or damaged", error);
        }
    }

    private static async Task<byte[]> HashAsync(TarEntry entry, CancellationToken cancellationToken) =>
        entry.DataStream is { } data ? await SHA256.HashDataAsync(data, cancellationToken) : SHA256.HashData([]);

    private static async Task<BackupManifest> CheckManifestAsync(TarReader tar, CancellationToken cancellationToken)
    {
        const int LargestManifest = 64 * 1024;
        if (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is not { Name: BackupManifest.FileName, DataStream: { } data, Length: < LargestManifest })
            throw new InvalidDataException("this is not a HomeCloud backup");
        var json = new MemoryStream();
        await data.CopyToAsync(json, cancellationToken);
        if (BackupManifest.Parse(json.ToArray()) is not { Format: > 0 } manifest)
            throw new InvalidDataException("this is not a HomeCloud backup");
        if (manifest.Format > BackupManifest.CurrentFormat)
            throw new InvalidDataException($"the backup has format {manifest.Format}, created by a newer version; this one reads up to {BackupManifest.CurrentFormat}. Install the newer version first");
        return manifest;
    }

    /// <returns>SHA-256 of what was written.</returns>
    private static async Task<byte[]> ExtractAsync(TarEntry entry, string directory, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine(directory, entry.Name));
        var below = path.StartsWith(Path.GetFullPath(directory) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !below)
            throw new InvalidDataException($"the backup holds '{entry.Name}', which is not a regular file below the data directory");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] hash;
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite))
        {
            if (entry.DataStream is { } data)
                await data.CopyToAsync(file, cancellationToken);
            file.Flush(flushToDisk: true);
            file.Position = 0;
            hash = await SHA256.HashDataAsync(file, cancellationToken);
        }

        // Never more than the owner and the group; no program bits.
        const UnixFileMode Allowed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (entry.Mode & Allowed) | UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return hash;
    }
}
