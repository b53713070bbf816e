using System.Formats.Tar;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace HomeCloud.Agent.Backup;

/// <summary>
/// Volumes in a backup: for each its name and labels, and then what the engine tells of it, a tar archive cut into parts. A part is held in
/// memory and no more, however large the volume is; <c>cat</c> makes the archive of the parts again.
/// </summary>
internal sealed partial class VolumeArchive(IVolumeStore store, Action<string, long> tell)
{
    public const string Folder = "homecloud-volumes/";
    private const int Part = 4 << 20;
    private const string Description = "volume.json";
    private const string OwnLabels = "homecloud.";

    private readonly List<string> _made = [];
    private Writing? _writing;

    public int Count { get; private set; }

    /// <summary>Servers that mount the same stand still together, so that their volumes are of one moment.</summary>
    public async Task WriteAsync(IEnumerable<StoredVolume> volumes, TarWriter tar, BackupSeal seal, CancellationToken cancellationToken)
    {
        foreach (var group in volumes.GroupBy(volume => string.Join(' ', volume.Users.Order(StringComparer.Ordinal))))
        {
            await using var held = await store.HoldAsync(group.First().Users, cancellationToken);
            foreach (var volume in group)
                await WriteAsync(volume, tar, seal, cancellationToken);
        }
    }

    /// <summary>Takes one entry of a backup; entries come in the order in which they were written.</summary>
    /// <returns>SHA-256 of its content.</returns>
    public async Task<byte[]> ReadAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Length > Part)
            throw new InvalidDataException($"the backup holds '{entry.Name}', which is larger than a part of a volume");
        var content = new byte[entry.Length];
        if (entry.DataStream is { } data)
            await data.ReadExactlyAsync(content, cancellationToken);
        if (entry.Name.EndsWith(Description, StringComparison.Ordinal))
            await BeginAsync(content, cancellationToken);
        else if (_writing is { } writing && entry.Name.StartsWith(writing.Folder, StringComparison.Ordinal))
            await writing.AddAsync(content, cancellationToken);
        else
            throw new InvalidDataException($"the backup holds '{entry.Name}', which belongs to no volume");
        return SHA256.HashData(content);
    }

    /// <summary>Without it, only what is being written could not be known to be whole.</summary>
    public async Task EndAsync()
    {
        if (_writing is { } writing)
        {
            _writing = null;
            await writing.EndAsync();
            tell(writing.Volume, writing.Bytes);
        }
    }

    /// <summary>Nothing of this restore stays.</summary>
    /// <returns>Volumes that could not be removed.</returns>
    public async Task<IReadOnlyList<string>> TakeBackAsync()
    {
        if (_writing is { } writing)
            await writing.GiveUpAsync();
        var left = new List<string>();
        foreach (var volume in _made)
        {
            try
            {
                await store.RemoveAsync(volume);
            }
            catch (Docker.DockerException)
            {
                left.Add(volume);
            }
        }

        return left;
    }

    private async Task WriteAsync(StoredVolume volume, TarWriter tar, BackupSeal seal, CancellationToken cancellationToken)
    {
        var folder = $"{Folder}{++Count:D5}/";
        var labels = volume.Labels.Where(label => label.Key.StartsWith(OwnLabels, StringComparison.Ordinal)).ToDictionary();
        await AddAsync(folder + Description, JsonSerializer.SerializeToUtf8Bytes(new VolumeDescription(volume.Name, labels), VolumeDescriptionJson.Default.VolumeDescription));
        await using var content = await store.ReadAsync(volume.Name, cancellationToken);
        var buffer = new byte[Part];
        var (part, bytes) = (0, 0L);
        while (await content.ReadAtLeastAsync(buffer, Part, throwOnEndOfStream: false, cancellationToken) is > 0 and var read)
        {
            await AddAsync($"{folder}{++part:D8}", buffer[..read]);
            bytes += read;
            if (part % 64 == 0)
                tell(volume.Name + " …", bytes);
        }

        tell(volume.Name, bytes);

        async Task AddAsync(string name, byte[] bytes)
        {
            var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) };
            await tar.WriteEntryAsync(entry, cancellationToken);
            seal.Add(entry.Name, entry.Mode, SHA256.HashData(bytes));
        }
    }

    private async Task BeginAsync(byte[] json, CancellationToken cancellationToken)
    {
        await EndAsync();
        VolumeDescription? description;
        try
        {
            description = JsonSerializer.Deserialize(json, VolumeDescriptionJson.Default.VolumeDescription);
        }
        catch (JsonException)
        {
            description = null;
        }

        if (description?.Name is not { } name || !NameRule().IsMatch(name))
            throw new InvalidDataException("the backup holds a volume without a valid name");
        var labels = (description.Labels ?? []).Where(label => label.Key.StartsWith(OwnLabels, StringComparison.Ordinal)).ToDictionary();
        _made.Add(name);
        await store.CreateAsync(new StoredVolume(name, labels, IsOurs: true, []), cancellationToken);
        _writing = new Writing(name, $"{Folder}{++Count:D5}/", store, cancellationToken);
    }

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}\z")]
    private static partial Regex NameRule();

    /// <summary>One volume on its way into the engine, which reads while we write.</summary>
    private sealed class Writing
    {
        private readonly Pipe _pipe = new();
        private readonly Task _upload;

        public Writing(string volume, string folder, IVolumeStore store, CancellationToken cancellationToken)
        {
            (Volume, Folder) = (volume, folder);
            _upload = Task.Run(() => UploadAsync(store, cancellationToken), CancellationToken.None);
        }

        public string Volume { get; }

        public string Folder { get; }

        public long Bytes { get; private set; }

        public async Task AddAsync(byte[] part, CancellationToken cancellationToken)
        {
            Bytes += part.Length;
            if ((await _pipe.Writer.WriteAsync(part, cancellationToken)).IsCompleted)
                await _upload;
        }

        public async Task EndAsync()
        {
            await _pipe.Writer.CompleteAsync();
            await _upload;
        }

        public async Task GiveUpAsync()
        {
            await _pipe.Writer.CompleteAsync(new OperationCanceledException());
            await _upload.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task UploadAsync(IVolumeStore store, CancellationToken cancellationToken)
        {
            try
            {
                await using var content = _pipe.Reader.AsStream(leaveOpen: true);
                await store.WriteAsync(Volume, content, cancellationToken);
            }
            finally
            {
                await _pipe.Reader.CompleteAsync();
            }
        }
    }

    private sealed record VolumeDescription(string? Name, Dictionary<string, string>? Labels);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(VolumeDescription))]
    private sealed partial class VolumeDescriptionJson : JsonSerializerContext;
}
