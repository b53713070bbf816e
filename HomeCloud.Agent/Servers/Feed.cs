using System.Collections.Immutable;
using System.Threading.Channels;

namespace HomeCloud.Agent.Servers;

/// <summary>Tells every listener everything, in order. A listener that does not keep up is ended, and starts anew: it must not hold the others up.</summary>
public sealed class Feed
{
    private const int Backlog = 2000;
    private ImmutableArray<Channel<FeedItem>> _listeners = [];

    public int Listeners => _listeners.Length;

    /// <summary>Raised when a listener begins.</summary>
    public event Action? Joined;

    public void Tell(FeedItem item)
    {
        foreach (var listener in _listeners)
        {
            if (!listener.Writer.TryWrite(item))
                listener.Writer.TryComplete();
        }
    }

    /// <summary>Listens from this moment on; dispose to stop.</summary>
    public Listener Listen()
    {
        var channel = Channel.CreateBounded<FeedItem>(new BoundedChannelOptions(Backlog) { SingleReader = true });
        ImmutableInterlocked.Update(ref _listeners, all => all.Add(channel));
        Joined?.Invoke();
        return new Listener(this, channel);
    }

    public sealed class Listener(Feed feed, Channel<FeedItem> channel) : IDisposable
    {
        public IAsyncEnumerable<FeedItem> ReadAllAsync(CancellationToken cancellationToken) => channel.Reader.ReadAllAsync(cancellationToken);

        public void Dispose() => ImmutableInterlocked.Update(ref feed._listeners, all => all.Remove(channel));
    }
}

/// <summary>One change to tell: the event's type and its data, as server-sent events have it.</summary>
/// <param name="Type">server, gone, usage, engine, history, names, news or doctor.</param>
/// <param name="Data">Becomes JSON; <see cref="EngineState"/> and the doctor's findings in the listener's language.</param>
public sealed record FeedItem(string Type, object Data);

/// <summary>Data of <c>gone</c> and <c>names</c>.</summary>
/// <param name="Name">The server's, or the hand-made name.</param>
public sealed record NameEvent(string Name);

/// <summary>Data of <c>engine</c>, before it is told in a listener's language.</summary>
/// <param name="Problem">Why the engine cannot be asked; null when it can.</param>
public sealed record EngineState(ServerProblem? Problem);
