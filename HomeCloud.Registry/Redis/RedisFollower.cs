using System.Collections.Immutable;
using System.Threading.Channels;
using HomeCloud.Registry.Feed;
using HomeCloud.Registry.Storage;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Redis;

/// <summary>Keeps one connection and follows the registry over it; when it breaks, finds the primary again, for ever.</summary>
internal sealed partial class RedisFollower(
    RedisPrimary primary, RedisCommands commands, RedisKeys keys, RedisWriter writer, RedisView view, RegistryFeed feed,
    SnapshotSaver saver, TaskCompletionSource hasContent, RedisWakeLine calls, RedisJournalLine journals, RegistryOptions options, TimeProvider time, ILogger logger)
{
    private const int ItemsAtOnce = 1000;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly RedisContent _content = new(commands, keys, logger);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile RegistryHealth _health = new(false, time.GetUtcNow(), $"Redis at {options.Redis} has not been reached yet.");
    private volatile bool _ownersWanted;
    private RedisEndpoint? _lastEndpoint;
    private long _term;
    private long _revision;
    private string _tip = "";

    public RegistryHealth Health => _health;

    public async Task RunAsync(CancellationToken stopping)
    {
        var pause = ShortestPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var (connection, problem) = await primary.FindAsync(stopping).ConfigureAwait(false);
                if (connection is null)
                {
                    Lost(problem);
                    await Task.Delay(pause, time, stopping).ConfigureAwait(false);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                    continue;
                }

                await using var _ = connection.ConfigureAwait(false);
                await FollowUntilBrokenAsync(connection, stopping).ConfigureAwait(false);
                pause = ShortestPause;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever Redis answers, following goes on.
                if (exception is not RegistryUnavailableException)
                    LogUnexpected(exception);
                Lost(exception.Message);
                await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task FollowUntilBrokenAsync(RedisConnection connection, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.Broken);
        try
        {
            await connection.SubscribeAsync(keys.Wake, Woken).ConfigureAwait(false);
            await connection.SubscribeAsync(keys.Calls, calls.Heard).ConfigureAwait(false);
            view.Returned();
            connection.Revision = _revision;
            await MoveToAsync(connection).ConfigureAwait(false);
            await PutBackAndTakeSnapshotAsync(connection).ConfigureAwait(false);
            writer.Connected(connection);
            calls.Connected(message => connection.PublishAsync(keys.Calls, message));
            await journals.ConnectedAsync(connection).ConfigureAwait(false);
            Found(connection);

            await using var poll = time.CreateTimer(_ => Woken("owners"), null, options.RedisPollInterval, options.RedisPollInterval).ConfigureAwait(false);
            _ = primary.BreakWhenSupersededAsync(connection);
            while (await _wake.Reader.WaitToReadAsync(ending.Token).ConfigureAwait(false))
            {
                _wake.Reader.TryRead(out var _);
                while (!await TakeStepsAsync(connection).ConfigureAwait(false))
                    LogCatchingUp();
                if (_ownersWanted)
                    await TakeOwnersAsync(connection).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new RegistryUnavailableException($"Redis at {connection.Endpoint}: {connection.Reason}");
        }
        finally
        {
            calls.Connected(null);
            await journals.ConnectedAsync(null).ConfigureAwait(false);
            writer.Disconnected();
        }
    }

    // A writer that comes to another server than before marks it, so that nobody goes back to the one that was left.
    private async Task MoveToAsync(RedisConnection connection)
    {
        var meta = RedisMeta.From(await connection.ReadHashAsync(keys.Meta).ConfigureAwait(false));
        if (_lastEndpoint is { } last && last != connection.Endpoint && meta.Term <= _term && writer.SpeaksForAnOwner)
            _term = await commands.PromoteAsync(connection, _term).ConfigureAwait(false);
        else
            _term = Math.Max(_term, meta.Term);
        _lastEndpoint = connection.Endpoint;
    }

    // Again when Redis was emptied after the putting back; the first write to an empty one also begins an epoch.
    private async Task PutBackAndTakeSnapshotAsync(RedisConnection connection)
    {
        string epoch;
        do
        {
            epoch = RedisMeta.From(await connection.ReadHashAsync(keys.Meta).ConfigureAwait(false)).Epoch;
            await writer.PutBackAsync(connection).ConfigureAwait(false);
            await TakeSnapshotAsync(connection).ConfigureAwait(false);
        }
        while (view.Epoch != epoch && writer.SpeaksForAnOwner);
    }

    private async Task TakeSnapshotAsync(RedisConnection connection)
    {
        OwnerReply owners;
        ImmutableDictionary<RecordKey, NameRecord> records;
        RedisMeta meta;
        do
        {
            // Owners first: the records of one that confirmed them are then surely in what is read next, unless Redis is emptied in between.
            owners = await commands.ReadOwnersAsync(connection).ConfigureAwait(false);
            (records, meta) = await _content.ReadAsync(connection).ConfigureAwait(false);
        }
        while (owners.Epoch != meta.Epoch);

        var update = view.TakeSnapshot(records, meta, connection.Info.RunId, owners);
        (_revision, _tip) = (meta.Revision, meta.Tip);
        connection.Revision = _revision;
        Publish(update);
        hasContent.TrySetResult();
        await RestoreStaticNamesAsync(connection).ConfigureAwait(false);
    }

    /// <returns>False when there is more to read.</returns>
    private async Task<bool> TakeStepsAsync(RedisConnection connection)
    {
        var reply = await commands.FollowAsync(connection, _revision, _tip, ItemsAtOnce).ConfigureAwait(false);
        if (reply.Problem is { } problem)
            RedisContent.LogSkipped(logger, problem);
        if (reply.IsGap || reply.Meta.Epoch != view.Epoch)
        {
            // Another epoch: Redis was emptied under us.
            if (reply.Meta.Epoch != view.Epoch)
                await PutBackAndTakeSnapshotAsync(connection).ConfigureAwait(false);
            else
                await TakeSnapshotAsync(connection).ConfigureAwait(false);
            return true;
        }

        (_revision, _tip) = (reply.Revision, reply.Tip);
        connection.Revision = _revision;
        if (reply.Steps.Length > 0)
            Publish(view.TakeSteps(reply.Steps, reply.Revision));
        return reply.Tip == reply.Meta.Tip;
    }

    private async Task TakeOwnersAsync(RedisConnection connection)
    {
        _ownersWanted = false;
        var owners = await commands.ReadOwnersAsync(connection).ConfigureAwait(false);
        if (owners.Run != connection.Info.RunId)
        {
            // A cluster gave the slot to another node, or the client came back to a restarted Redis before we knew: what this one has is to be compared first.
            connection.Break("another Redis process answers");
            return;
        }

        // Records that an owner confirmed must have been followed before they are believed.
        while (!await TakeStepsAsync(connection).ConfigureAwait(false))
            LogCatchingUp();
        Publish(view.TakeOwners(owners));
        await RestoreStaticNamesAsync(connection).ConfigureAwait(false);
    }

    private async Task RestoreStaticNamesAsync(RedisConnection connection)
    {
        if (view.LostStaticNames is { Length: > 0 } lost && writer.SpeaksForAnOwner)
        {
            LogRestoring(lost.Length);
            await commands.RestoreAsync(connection, WellKnownOwners.Static, lost).ConfigureAwait(false);
        }
    }

    private void Publish(RegistryUpdate? update)
    {
        if (update is null)
            return;
        feed.Publish(update);
        _ = saver.SaveAsync(new StoredSnapshot(update.Snapshot, view.Origin));
    }

    private void Woken(string message)
    {
        if (message == "owners")
            _ownersWanted = true;
        _wake.Writer.TryWrite(true);
    }

    private void Found(RedisConnection connection)
    {
        if (!_health.Connected)
            LogFound(connection.Endpoint, _revision, view.Current.Records.Count);
        _health = new RegistryHealth(true, time.GetUtcNow(), $"Redis at {connection.Endpoint} is connected.");
    }

    private void Lost(string problem)
    {
        if (_health.Connected)
            LogLost(problem);
        _health = new RegistryHealth(false, _health.Connected ? time.GetUtcNow() : _health.Since, problem);
    }

    [LoggerMessage(LogLevel.Information, "Redis: following {Endpoint} from revision {Revision}: {Count} names.")]
    private partial void LogFound(RedisEndpoint endpoint, long revision, int count);

    [LoggerMessage(LogLevel.Warning, "Redis: unreachable; names are answered from memory until it is back. {Problem}")]
    private partial void LogLost(string problem);

    [LoggerMessage(LogLevel.Error, "Redis: following failed unexpectedly; retrying. Internal error; please report it.")]
    private partial void LogUnexpected(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Redis: all data is gone; restoring {Count} names that no agent owns.")]
    private partial void LogRestoring(int count);

    [LoggerMessage(LogLevel.Debug, "Redis: more changes than fit in one answer; reading the rest.")]
    private partial void LogCatchingUp();
}
