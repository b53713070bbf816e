namespace HomeCloud.Registry;

public interface IRegistryReader
{
    /// <summary>
    /// Follows the registry for as long as the caller enumerates: a snapshot first, then every change in order.
    /// Survives a store that goes away and returns (it retries by itself and never throws for that); each
    /// enumeration is independent. A slow reader receives merged updates, never a gap. The snapshot comes as soon as there
    /// is one, from the store or from this process's own copy of it; with neither, not before the store can be reached.
    /// </summary>
    IAsyncEnumerable<RegistryUpdate> WatchAsync(CancellationToken cancellationToken = default);

    /// <summary>The newest content this process knows of.</summary>
    RegistrySnapshot Current { get; }

    RegistryHealth Health { get; }
}
