using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Hosting.Native;
using HomeCloud.Dns.Hosting;

namespace HomeCloud.Agent.Hosting;

/// <summary>
/// Gives back what the start, and later each burst of changes, has used: a home at rest allocates next to nothing, so that nothing
/// else would ever collect it. No timer while nothing changes.
/// </summary>
internal sealed class RestService(EngineModel model, TimeProvider time) : BackgroundService
{
    /// <summary>So long after the last change it is over.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>Less garbage is not worth the processor's time.</summary>
    private const long Enough = 4 << 20;

    private long _allocated;

    /// <summary>How often something was given back.</summary>
    internal int Times { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var changes = model.WatchAsync(stoppingToken).GetAsyncEnumerator(stoppingToken);
        var next = changes.MoveNextAsync().AsTask();
        while (await next)
        {
            do
            {
                next = changes.MoveNextAsync().AsTask();
                await ((Task)next).WaitAsync(Quiet, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (next.IsCompletedSuccessfully);

            if (!stoppingToken.IsCancellationRequested)
                GiveBack();
        }
    }

    private void GiveBack()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _allocated < Enough)
            return;
        StartGarbage.Free();
        ProgramPages.GiveBack();
        _allocated = allocated;
        Times++;
    }
}
