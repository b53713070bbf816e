using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Agent.Engine;

/// <summary>
/// The one model of the engine. The reconcile loop follows the engine and puts here what it sees; names, page, command line, expiry
/// and create read it. Nobody else lists or inspects. Safe for concurrent use.
/// </summary>
public sealed class EngineModel
{
    private readonly Lock _lock = new();
    private readonly HashSet<Channel<EngineSnapshot>> _watchers = [];
    private volatile EngineSnapshot _current = new() { Problem = "The engine has not been queried yet" };
    private readonly List<TaskCompletionSource> _early = [];
    private Action<TaskCompletionSource>? _look;

    public EngineSnapshot Current => _current;

    /// <summary>Looks now, for a caller that has just changed something: what was done before this call is seen.</summary>
    /// <exception cref="DockerException">The engine cannot be asked.</exception>
    public async Task<EngineSnapshot> LookAsync(CancellationToken cancellationToken)
    {
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            (_look ?? _early.Add)(looked);
        await looked.Task.WaitAsync(cancellationToken);
        return _current;
    }

    /// <summary>What is known now, and then each time it changes; a slow reader sees the newest only.</summary>
    public async IAsyncEnumerable<EngineSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<EngineSnapshot>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            channel.Writer.TryWrite(_current);
            _watchers.Add(channel);
        }

        try
        {
            await foreach (var snapshot in channel.Reader.ReadAllAsync(cancellationToken))
                yield return snapshot;
        }
        finally
        {
            lock (_lock)
                _watchers.Remove(channel);
        }
    }

    /// <summary>The loop is there; who asked before it was is served now.</summary>
    internal void FollowedBy(Action<TaskCompletionSource> look)
    {
        lock (_lock)
        {
            _look = look;
            _early.ForEach(look);
            _early.Clear();
        }
    }

    internal void Publish(EngineSnapshot snapshot)
    {
        lock (_lock)
        {
            _current = snapshot;
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(snapshot);
        }
    }
}

/// <summary>The engine is away; the message says why.</summary>
public sealed class EngineNotFollowedException(string problem) : DockerException(problem);
