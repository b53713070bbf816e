using System.Collections.Immutable;
using HomeCloud.Net.Files;
using HomeCloud.Registry;
using HomeCloud.Registry.Feed;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.HostsFile;

/// <summary>
/// The names of all hosts files, kept current: a change event or the poll makes it read again. A file that can no
/// longer be read keeps the names it had; a line that makes no sense costs that line only.
/// </summary>
public sealed class HostsFileSource : IRegistryReader, IDisposable
{
    private readonly HostsFileOptions _options;
    private readonly IReadOnlyCollection<string> _zones;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly RegistryFeed _feed = new(RegistrySnapshot.Empty);
    private readonly IReadOnlyList<(string Path, FollowedFiles<HostsFileContent> Content)> _files;
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly Lock _lock = new();
    private ITimer? _poll;
    private bool _disposed;

    /// <param name="zones">Our zones without trailing dot.</param>
    public HostsFileSource(HostsFileOptions options, IReadOnlyCollection<string> zones, ILogger<HostsFileSource> logger, TimeProvider? time = null)
    {
        _options = options;
        _zones = zones;
        _logger = logger;
        _time = time ?? TimeProvider.System;
        _files = [.. options.Paths.Select(path => (path, new FollowedFiles<HostsFileContent>(files => Parse(path, files[0]), path)))];
    }

    public RegistrySnapshot Current => _feed.Current;

    public RegistryHealth Health { get; private set; } = new(true, DateTimeOffset.UnixEpoch, "hosts files are read");

    public IAsyncEnumerable<RegistryUpdate> WatchAsync(CancellationToken cancellationToken = default) => _feed.WatchAsync(cancellationToken);

    /// <summary>Reads the files and begins to follow them.</summary>
    public void Start()
    {
        if (_options.Paths.Count == 0)
            return;

        Refresh();
        foreach (var path in _options.Paths.Select(Path.GetFullPath))
            Watch(path);
        _poll = _time.CreateTimer(_ => Refresh(), null, _options.PollInterval, _options.PollInterval);
    }

    /// <summary>Reads again what has changed.</summary>
    public void Refresh()
    {
        lock (_lock)
        {
            if (_disposed)
                return;

            var changed = false;
            foreach (var (path, content) in _files)
                changed |= Look(path, content);
            if (changed)
                Publish();
        }
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers)
            watcher.Dispose();
        _poll?.Dispose();
        lock (_lock)
            _disposed = true;
        _feed.Complete();
    }

    /// <returns>Whether it holds other names than before.</returns>
    private bool Look(string path, FollowedFiles<HostsFileContent> file)
    {
        var look = file.Look();
        if (look == FollowedLook.Same)
            return false;

        if (look == FollowedLook.Unusable)
            HostsFileLog.CannotRead(_logger, path, file.Problem!.Message);
        var away = _files.FirstOrDefault(other => other.Content.Problem is not null);
        Health = new(away.Path is null, _time.GetUtcNow(), away.Path is null ? "hosts files are read" : $"hosts file {away.Path}: {away.Content.Problem!.Message}");
        return look == FollowedLook.Changed;
    }

    private HostsFileContent Parse(string path, byte[] bytes)
    {
        using var text = new StreamReader(new MemoryStream(bytes));
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        var content = HostsFileParser.Parse(text.ReadToEnd(), Path.GetFileName(path), _zones, _options.Ttl, file.LastWriteTimeUtc);
        foreach (var problem in content.Problems)
            HostsFileLog.LineLeftOut(_logger, problem);
        HostsFileLog.Read(_logger, path, content.Records.Length);
        return content;
    }

    private void Publish()
    {
        // A name in several files has the addresses of all of them.
        var merged = ImmutableDictionary.CreateBuilder<RecordKey, NameRecord>();
        foreach (var (_, file) in _files)
        {
            foreach (var record in file.Value?.Records ?? [])
                merged[record.Key] = merged.TryGetValue(record.Key, out var there) ? Merge(there, record) : record;
        }

        var records = merged.ToImmutable();
        var before = Current;
        var changes = SnapshotChanges.Between(before.Records, records);
        if (!changes.IsEmpty)
            _feed.Publish(new RegistryUpdate(before with { Revision = before.Revision + 1, Records = records }, changes));
    }

    private static NameRecord Merge(NameRecord first, NameRecord second) => first with
    {
        Addresses = [.. first.Addresses.Union(second.Addresses)],
        Reverse = first.Reverse || second.Reverse,
    };

    /// <summary>The directory is watched, not the file: editors replace files by renaming.</summary>
    private void Watch(string path)
    {
        try
        {
            var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
            watcher.Changed += OnChange;
            watcher.Created += OnChange;
            watcher.Renamed += OnChange;
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            // Out of inotify instances, for instance: the poll remains.
            HostsFileLog.OnlyPolled(_logger, path, exception.Message);
        }
    }

    private void OnChange(object sender, FileSystemEventArgs e) => Refresh();
}
