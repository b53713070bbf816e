
namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// Lets a few containers be started at once and the others wait. An engine that starts twenty together starts each of them
/// late, and meanwhile answers no question about them.
/// </summary>
public sealed class StartTurns : IDisposable
{
    private const int AtOnce = 4;
    private readonly SemaphoreSlim _turns = new(AtOnce, AtOnce);

    public async Task<T> RunAsync<T>(Func<Task<T>> start, Operation operation, CancellationToken cancellationToken)
    {
        if (_turns.CurrentCount == 0)
            operation.Report(StepName.Container, StepState.Running, "Waiting: other servers are starting");

        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await start();
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
