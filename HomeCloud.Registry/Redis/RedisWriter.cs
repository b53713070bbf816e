using System.Collections.Concurrent;

namespace HomeCloud.Registry.Redis;

/// <summary>
/// Writes, within a bounded time, to whichever connection the follower has; and remembers what was wanted, to put it back on
/// every new connection. Writes of one owner reach Redis in the order of their calls.
/// </summary>
internal sealed class RedisWriter(RedisCommands commands, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan RecentlyWritten = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<RecentWrite> _recent = new();
    private readonly ConcurrentDictionary<string, RedisOwner> _owners = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource<RedisConnection> _connection = New();

    /// <summary>True once this process speaks for an owner: then it may also put back names that have no agent.</summary>
    public bool SpeaksForAnOwner => _owners.Values.Any(owner => owner.Lease > TimeSpan.Zero || owner.Wanted is not null);

    public Task<long> ReplaceAsync(string owner, IReadOnlyCollection<NameRecord> records, Func<string> problem, CancellationToken cancellationToken)
    {
        var state = Owner(owner);
        if (owner == WellKnownOwners.Static)
            return WriteAsync((connection, _) => commands.ReplaceAsync(connection, owner, records), problem, cancellationToken);
        lock (state.Gate)
            state.Wanted = records.ToDictionary(record => record.Name);
        return WriteAsync((connection, _) => SendWanted(connection, state), problem, cancellationToken);
    }

    public Task<long> ApplyAsync(string owner, IReadOnlyCollection<RecordChange> changes, Func<string> problem, CancellationToken cancellationToken)
    {
        var state = Owner(owner);
        lock (state.Gate)
            state.Want(changes);
        if (owner == WellKnownOwners.Static)
            return ApplyStaticAsync(changes, problem, cancellationToken);
        return WriteAsync(
            (connection, attempt) =>
            {
                lock (state.Gate)
                {
                    // On another connection something newer may have been put back meanwhile; the whole set is never older than that.
                    return (attempt > 1 || commands.IsRefused(owner)) && state.Wanted is not null
                        ? SendWanted(connection, state)
                        : commands.ApplyAsync(connection, owner, changes);
                }
            },
            problem,
            cancellationToken);
    }

    // Nobody keeps wanting a static name as an agent wants its own. So one that was just written is written again when
    // another Redis takes over, which may have missed it: replication and fsync come after the answer.
    private async Task<long> ApplyStaticAsync(IReadOnlyCollection<RecordChange> changes, Func<string> problem, CancellationToken cancellationToken)
    {
        var run = "";
        var revision = await WriteAsync(
            (connection, _) =>
            {
                run = connection.Info.RunId;
                return commands.ApplyStaticAsync(connection, changes);
            },
            problem,
            cancellationToken).ConfigureAwait(false);
        _recent.Enqueue(new RecentWrite(changes, run, revision, time.GetTimestamp()));
        while (_recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest.When) > RecentlyWritten)
            _recent.TryDequeue(out _);
        return revision;
    }

    public Task RenewAsync(string owner, TimeSpan duration, Func<string> problem, CancellationToken cancellationToken)
    {
        if (owner == WellKnownOwners.Static)
            return Task.CompletedTask;
        var state = Owner(owner);
        state.Lease = duration;
        return WriteAsync(
            async (connection, _) =>
            {
                var refused = commands.IsRefused(owner);
                await commands.RenewAsync(connection, owner, duration).ConfigureAwait(false);
                // What another process wrote meanwhile is not ours.
                if (refused && state.Wanted is not null)
                    await SendWanted(connection, state).ConfigureAwait(false);
                return 0;
            },
            problem,
            cancellationToken);
    }

    /// <summary>Puts back what this process wants, before its readers look.</summary>
    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public async Task PutBackAsync(RedisConnection connection)
    {
        foreach (var write in _recent.Where(write => write.Run != connection.Info.RunId && time.GetElapsedTime(write.When) < RecentlyWritten))
            await commands.WriteAgainAsync(connection, write.Changes, write.Revision).ConfigureAwait(false);
        foreach (var owner in _owners.Values)
        {
            try
            {
                if (owner.Lease > TimeSpan.Zero)
                    await commands.RenewAsync(connection, owner.Name, owner.Lease).ConfigureAwait(false);
                if (owner.Wanted is not null)
                    await SendWanted(connection, owner).ConfigureAwait(false);
            }
            catch (RegistryUnavailableException exception) when (exception.HeldByAnother)
            {
                continue; // readers go on; the process that renews or writes this owner is told
            }
        }
    }

    public void Connected(RedisConnection connection)
    {
        lock (_gate)
        {
            if (!_connection.TrySetResult(connection))
            {
                _connection = New();
                _connection.SetResult(connection);
            }
        }
    }

    public void Disconnected()
    {
        lock (_gate)
        {
            if (_connection.Task.IsCompleted)
                _connection = New();
        }
    }

    private static TaskCompletionSource<RedisConnection> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RedisOwner Owner(string owner) => _owners.GetOrAdd(owner, static name => new RedisOwner(name));

    private Task<long> SendWanted(RedisConnection connection, RedisOwner owner)
    {
        lock (owner.Gate)
            return commands.ReplaceAsync(connection, owner.Name, [.. owner.Wanted!.Values]);
    }

    private async Task<long> WriteAsync(Func<RedisConnection, int, Task<long>> write, Func<string> problem, CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(patience);
        RegistryUnavailableException? last = null;
        for (var attempt = 1; ; attempt++)
        {
            RedisConnection? connection = null;
            try
            {
                connection = await Connection().WaitAsync(bounded.Token).ConfigureAwait(false);
                return await write(connection, attempt).WaitAsync(bounded.Token).ConfigureAwait(false);
            }
            catch (RegistryUnavailableException exception) when (connection!.Broken.IsCancellationRequested && !bounded.IsCancellationRequested)
            {
                last = exception;
                Forget(connection);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw last ?? new RegistryUnavailableException($"Gave up writing after {patience.TotalSeconds:0.#} s. {problem()}");
            }
        }
    }

    private Task<RedisConnection> Connection()
    {
        lock (_gate)
            return _connection.Task;
    }

    private void Forget(RedisConnection connection)
    {
        lock (_gate)
        {
            if (_connection.Task is { IsCompletedSuccessfully: true, Result: var held } && held == connection)
                _connection = New();
        }
    }

    private sealed record RecentWrite(IReadOnlyCollection<RecordChange> Changes, string Run, long Revision, long When);
}
