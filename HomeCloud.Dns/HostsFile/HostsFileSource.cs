using System.Collections.Immutable;
using HomeCloud.Net.Files;
using HomeCloud.Registry;
using HomeCloud.Registry.Feed;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.HostsFile;

/// <summary>
/// The names of all hosts files and lease files, kept current: a change event or the poll makes it read again. A file that can no
/// longer be read keeps the names it had; a line that makes no sense costs that line only.
/// </summary>
public sealed class HostsFileSource : IRegistryReader, IDisposable
{
    private const string LeaseFile = "Lease file";

    private readonly HostsFileOptions _options;
    private readonly IReadOnlyCollection<string> _zones;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly RegistryFeed _feed = new(RegistrySnapshot.Empty);
    private readonly IReadOnlyList<NamesFile> _files;
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
        _files =
        [
            .. options.Paths.Select(path => new NamesFile("Hosts file", path, new FollowedFiles<HostsFileContent>(files => Parse(path, files[0]), path))),
            .. options.LeasePaths.Select(path => new NamesFile(LeaseFile, path, new FollowedFiles<HostsFileContent>(files => ParseLeases(path, files[0]), path))),
        ];
    }

    public RegistrySnapshot Current => _feed.Current;

    public RegistryHealth Health { get; private set; } = new(true, DateTimeOffset.UnixEpoch, "hosts files are read");

    public IAsyncEnumerable<RegistryUpdate> WatchAsync(CancellationToken cancellationToken = default) => _feed.WatchAsync(cancellationToken);

    /// <summary>Reads the files and begins to follow them.</summary>
    public void Start()
    {
        if (_files.Count == 0)
            return;

        Refresh();
        foreach (var file in _files)
            Watch(file);
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
            foreach (var file in _files)
                changed |= Look(file);
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
    private bool Look(NamesFile file)
    {
        var look = file.Content.Look();
        if (look == FollowedLook.Same)
            return false;

        if (look == FollowedLook.Unusable)
            HostsFileLog.CannotRead(_logger, file.Kind, file.Path, file.Content.Problem!.Message);
        var away = _files.FirstOrDefault(other => other.Content.Problem is not null);
        Health = new(away is null, _time.GetUtcNow(), away is null ? "hosts files are read" : $"{away.Kind.ToLowerInvariant()} {away.Path}: {away.Content.Problem!.Message}");
        return look == FollowedLook.Changed;
    }

    private HostsFileContent Parse(string path, byte[] bytes)
    {
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        var content = HostsFileParser.Parse(Text(bytes), Path.GetFileName(path), _zones, _options.Ttl, file.LastWriteTimeUtc);
        foreach (var problem in content.Problems)
            HostsFileLog.LineLeftOut(_logger, problem);
        HostsFileLog.Read(_logger, path, content.Records.Length);
        return content;
    }

    private HostsFileContent ParseLeases(string path, byte[] bytes)
    {
        // dnsmasq empties the file and writes it anew; on a full disk it stays empty. What was read before goes on until it is whole.
        var before = _files.First(file => file.Path == path && file.Kind == LeaseFile).Content.Value;
        if (before is not null && (bytes.Length == 0 || bytes[^1] != (byte)'\n'))
            return before;
        var content = LeaseFileParser.Parse(Text(bytes), Path.GetFileName(path), _zones, _options.Ttl, _time.GetUtcNow());
        HostsFileLog.LeasesRead(_logger, path, content.Records.Length, content.Problems.Length);
        return content;
    }

    private static string Text(byte[] bytes)
    {
        using var text = new StreamReader(new MemoryStream(bytes));
        return text.ReadToEnd();
    }

    private void Publish()
    {
        // A name in several files has the addresses of all of them.
        var merged = ImmutableDictionary.CreateBuilder<RecordKey, NameRecord>();
        foreach (var file in _files)
        {
            foreach (var record in file.Content.Value?.Records ?? [])
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
    private void Watch(NamesFile file)
    {
        var path = Path.GetFullPath(file.Path);
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
            HostsFileLog.OnlyPolled(_logger, file.Kind, path, exception.Message);
        }
    }

    private void OnChange(object sender, FileSystemEventArgs e) => Refresh();

    /// <param name="Kind">For messages.</param>
    /// <param name="Path">As it was given.</param>
    /// <param name="Content">What it says.</param>
    private sealed record NamesFile(string Kind, string Path, FollowedFiles<HostsFileContent> Content);
}
