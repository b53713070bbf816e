using System.Runtime.CompilerServices;

namespace HomeCloud.Registry.Feed;

/// <summary>
/// The newest snapshot of a registry and everybody who follows it. Both stores publish here: a reader sees a change as
/// soon as it is published, whatever the disk or the network still have to do.
/// </summary>
public sealed class RegistryFeed(RegistrySnapshot initial)
{
    private readonly Lock _gate = new();
    private readonly HashSet<FeedReader> _readers = [];
    private RegistrySnapshot _current = initial;
    private bool _completed;

    public RegistrySnapshot Current => Volatile.Read(ref _current);

    /// <summary>Publishes one step. The caller serializes its calls, so that each update starts where the last ended.</summary>
    public void Publish(RegistryUpdate update)
    {
        lock (_gate)
        {
            Volatile.Write(ref _current, update.Snapshot);
            foreach (var reader in _readers)
                reader.Offer(update);
        }
    }

    /// <summary>Ends every enumeration, for a registry that is disposed.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            foreach (var reader in _readers)
                reader.Complete();
        }
    }

    public async IAsyncEnumerable<RegistryUpdate> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new FeedReader();
        lock (_gate)
        {
            reader.Offer(new RegistryUpdate(_current, default));
            if (_completed)
                reader.Complete();
            _readers.Add(reader);
        }

        try
        {
            while (await reader.TakeAsync(cancellationToken).ConfigureAwait(false) is { } update)
                yield return update;
        }
        finally
        {
            lock (_gate)
                _readers.Remove(reader);
        }
    }
}
