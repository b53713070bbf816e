using System.Collections.Concurrent;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>Reads what every running server uses, a few at a time.</summary>
public sealed class UsageReader(IServerEngine engine, ServerDirectory directory, TimeProvider time)
{
    private const int AtOnce = 4;

    /// <returns>Those that could be read.</returns>
    public async Task<IReadOnlyCollection<ServerUsage>> ReadAsync(CancellationToken cancellationToken)
    {
        var read = new ConcurrentBag<ServerUsage>();
        await Parallel.ForEachAsync(directory.Running, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (container, token) =>
        {
            if (await engine.UsageAsync(container.Id, token) is { } reading)
                read.Add(new ServerUsage(container, reading, time.GetTimestamp()));
        });
        return read;
    }
}

/// <param name="Container">The server.</param>
/// <param name="Reading">What the engine counted.</param>
/// <param name="At">When, by the clock that never jumps.</param>
public sealed record ServerUsage(ContainerFacts Container, UsageReading Reading, long At);
