using System.Runtime.CompilerServices;
using HomeCloud.Registry.Feed;
using HomeCloud.Registry.Journals;
using HomeCloud.Registry.Storage;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Redis;

/// <summary>The registry of a home with several machines: see docs/registry.md. Readers answer from memory, whatever becomes of Redis.</summary>
public sealed class RedisRegistry : IRegistry, IWakeLine, IJournalLine
{
    private static readonly TimeSpan SaveAtMostEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly RegistryFeed _feed;
    private readonly SnapshotSaver _saver;
    private readonly RedisWriter _writer;
    private readonly RedisWakeLine _calls;
    private readonly RedisJournalLine _journals;
    private readonly RedisFollower _follower;
    private readonly Task _following;
    private readonly ITimer? _patience;
    private readonly TaskCompletionSource _hasContent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;

    /// <summary>Loads the copy on disk and starts to follow; does not wait for Redis.</summary>
    public RedisRegistry(RegistryOptions options, ILogger<RedisRegistry> logger, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        time ??= TimeProvider.System;
        var file = new SnapshotFile(Path.Combine(options.DataDirectory, options.FileName ?? DefaultFileName), time, logger);
        var remembered = file.Load();
        var view = new RedisView(remembered, options, time);
        var keys = new RedisKeys(options.RedisPrefix);
        var commands = new RedisCommands(keys, options, time);
        _feed = new RegistryFeed(remembered.Snapshot);
        // What the file says may be old: after a power cut the first answers would be those of before. Redis goes first, if it answers soon.
        if (remembered.Origin is not null)
            _patience = time.CreateTimer(_ => _hasContent.TrySetResult(), null, StartPatience, Timeout.InfiniteTimeSpan);
        _saver = new SnapshotSaver(file, SaveAtMostEvery, time, logger);
        _calls = new RedisWakeLine(time, logger);
        _journals = new RedisJournalLine(keys, time, logger);
        _writer = new RedisWriter(commands, options.RedisTimeout * 3, time);
        var primary = new RedisPrimary(new RedisConnector(options), keys, time, logger);
        _follower = new RedisFollower(primary, commands, keys, _writer, view, _feed, _saver, _hasContent, _calls, _journals, options, time, logger);
        _following = Task.Run(() => _follower.RunAsync(_stopping.Token));
    }

    public RegistrySnapshot Current => _feed.Current;

    public RegistryHealth Health => _follower.Health;

    // Agent and DNS server of one machine may share a directory.
    internal static string DefaultFileName => $"names.{AppDomain.CurrentDomain.FriendlyName}.json";

    // A process that remembers nothing has nothing to say before Redis does: an empty snapshot would deny names that exist.
    public async IAsyncEnumerable<RegistryUpdate> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _hasContent.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var update in _feed.WatchAsync(cancellationToken).ConfigureAwait(false))
            yield return update;
    }

    public Task<long> ReplaceAsync(string owner, IReadOnlyCollection<NameRecord> records, CancellationToken cancellationToken = default)
    {
        RecordRules.RequireValidSet(owner, records);
        return _writer.ReplaceAsync(owner, records, Problem, cancellationToken);
    }

    public Task<long> ApplyAsync(string owner, IReadOnlyCollection<RecordChange> changes, CancellationToken cancellationToken = default)
    {
        RecordRules.RequireValidChanges(owner, changes);
        return _writer.ApplyAsync(owner, changes, Problem, cancellationToken);
    }

    public Task<string?> CallAsync(WakeCall call, CancellationToken cancellationToken) => _calls.CallAsync(call, cancellationToken);

    public void Answer(string owner, Func<WakeCall, Task<string?>> answer) => _calls.Answer(owner, answer);

    public Task<IReadOnlyList<JournalReport>> AskAsync(JournalInquiry inquiry, CancellationToken cancellationToken) => _journals.AskAsync(inquiry, cancellationToken);

    public void Answer(IDnsJournal journal) => _journals.Answer(journal);

    public Task RenewLeaseAsync(string owner, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        RecordRules.RequireOwner(owner);
        return _writer.RenewAsync(owner, duration, Problem, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        if (_patience is not null)
            await _patience.DisposeAsync().ConfigureAwait(false);
        _feed.Complete();
        _hasContent.TrySetResult();
        await _saver.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private string Problem() => _follower.Health.Detail;
}
