using System.Collections.Concurrent;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>One at a time puts a server to sleep, wakes it or stops it. Safe for concurrent use.</summary>
public sealed class SleepGates
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _all = new(StringComparer.Ordinal);

    /// <summary>Whether it is being put to sleep or woken now.</summary>
    /// <param name="container">Container id.</param>
    public bool IsBusy(string container) => _all.TryGetValue(container, out var gate) && gate.CurrentCount == 0;

    /// <summary>Waits for its turn.</summary>
    /// <returns>Disposed of, it lets the next one in.</returns>
    internal async Task<IDisposable> EnterAsync(string container, CancellationToken cancellationToken = default)
    {
        var gate = _all.GetOrAdd(container, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        return new Turn(gate);
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
