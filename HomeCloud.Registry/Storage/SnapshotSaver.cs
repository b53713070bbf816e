using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Storage;

/// <summary>
/// Keeps a file up to date off the write path: however many snapshots arrive during one write, the next write holds the
/// newest. A disk that is full or gone is tried again with growing pauses; the names stay in memory all the while.
/// </summary>
internal sealed partial class SnapshotSaver : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SnapshotFile _file;
    private readonly TimeSpan _atMostEvery;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Task _loop;
    private StoredSnapshot? _newest;
    private TaskCompletionSource _newestDurable = NewCompletion();
    private Task _written = Task.CompletedTask;
    private volatile RegistryHealth _health;

    /// <param name="file">Where to.</param>
    /// <param name="atMostEvery">The least time between two writes; zero makes each write durable at once.</param>
    /// <param name="time">For pauses.</param>
    /// <param name="logger">Says when the disk fails and when it is well again.</param>
    public SnapshotSaver(SnapshotFile file, TimeSpan atMostEvery, TimeProvider time, ILogger logger)
    {
        _file = file;
        _atMostEvery = atMostEvery;
        _time = time;
        _logger = logger;
        _health = new RegistryHealth(true, time.GetUtcNow(), $"names are stored in {file.Path}.");
        _loop = Task.Run(SaveUntilStoppedAsync);
    }

    /// <summary>Whether the last write worked.</summary>
    public RegistryHealth Health => _health;

    /// <summary>Hands over the newest snapshot. The task completes when it, or a newer one, is on disk.</summary>
    /// <returns>A task that fails with <see cref="RegistryUnavailableException"/> when the disk refuses; the snapshot is still tried again.</returns>
    public Task SaveAsync(StoredSnapshot stored)
    {
        Task durable;
        lock (_gate)
        {
            _newest = stored;
            durable = _newestDurable.Task;
        }

        _wake.Writer.TryWrite(true);
        return durable;
    }

    /// <summary>Completes when all that was handed over so far is on disk.</summary>
    public Task WhenDurableAsync()
    {
        lock (_gate)
            return _newest is not null ? _newestDurable.Task : _written;
    }

    public async ValueTask DisposeAsync()
    {
        _wake.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static TaskCompletionSource NewCompletion()
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Nobody has to wait for durability: a failure nobody awaits is logged, not raised again by the finalizer.
        _ = completion.Task.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        return completion;
    }

    private async Task SaveUntilStoppedAsync()
    {
        var failures = 0;
        var pause = _atMostEvery;
        while (await _wake.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (pause > TimeSpan.Zero && !_stopping.IsCancellationRequested)
                await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _wake.Reader.TryRead(out _);
            var start = _time.GetTimestamp();
            // On a thread of its own: a big file on a slow disk would take one of the pool's few, and readers wait for those.
            var saved = await Task.Factory.StartNew(SaveNewest, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            failures = saved ? 0 : failures + 1;
            pause = PauseAfter(failures, _time.GetElapsedTime(start));
            if (failures > 0)
                _wake.Writer.TryWrite(true);
        }

        SaveNewest();
    }

    // A big file that may be late is written a small part of the time.
    private TimeSpan PauseAfter(int failures, TimeSpan took)
    {
        if (failures > 0)
            return TimeSpan.FromSeconds(Math.Min(1 << Math.Min(failures - 1, 8), LongestPause.TotalSeconds));
        return _atMostEvery == TimeSpan.Zero || took * 20 < _atMostEvery ? _atMostEvery : took * 20;
    }

    private bool SaveNewest()
    {
        StoredSnapshot? stored;
        TaskCompletionSource durable;
        lock (_gate)
        {
            stored = _newest;
            durable = _newestDurable;
            if (stored is null)
                return true;
            _newest = null;
            _written = durable.Task;
            _newestDurable = NewCompletion();
        }

        try
        {
            _file.Save(stored);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failed(stored, exception);
            durable.SetException(new RegistryUnavailableException(_health.Detail, exception));
            return false;
        }

        if (!_health.Connected)
        {
            _health = new RegistryHealth(true, _time.GetUtcNow(), $"names are stored in {_file.Path}.");
            LogWellAgain(_file.Path);
        }

        durable.SetResult();
        return true;
    }

    private void Failed(StoredSnapshot stored, Exception exception)
    {
        lock (_gate)
            _newest ??= stored;
        var since = _health.Connected ? _time.GetUtcNow() : _health.Since;
        var detail = $"Snapshot {_file.Path}: could not be written: {exception.Message.TrimEnd('.')}. Names are served from memory and are lost when this process ends; free disk space, or make the directory writable.";
        if (_health.Connected)
            LogFailed(detail);
        _health = new RegistryHealth(false, since, detail);
    }

    [LoggerMessage(LogLevel.Error, "{Detail}")]
    private partial void LogFailed(string detail);

    [LoggerMessage(LogLevel.Information, "Snapshot {Path}: can be written again and holds the newest names.")]
    private partial void LogWellAgain(string path);
}
