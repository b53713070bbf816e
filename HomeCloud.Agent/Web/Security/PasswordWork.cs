using HomeCloud.Agent.Web.Security.Native;

namespace HomeCloud.Agent.Web.Security;

/// <summary>
/// Hashing of passwords: a quarter of a second of a processor each, in the process that answers DNS. One at a time, a few may
/// wait, and on a thread that gives way to others, so that no answer waits for it. Who comes when the queue is full is told so
/// at once.
/// </summary>
public sealed class PasswordWork : IDisposable
{
    private const int MostWaiting = 8;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _waiting;

    /// <returns>False when too many wait already.</returns>
    public async Task<(bool Done, T? Result)> TryRunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return (false, default);
        }

        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                return (true, await OnYieldingThread(work));
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _turn.Dispose();

    private static Task<T> OnYieldingThread<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (done, problem) = (default(T), default(Exception));
        var yielding = new Thread(() =>
        {
            YieldingThread.Begin();
            try
            {
                done = work();
            }
            catch (Exception exception)
            {
                problem = exception;
            }
        })
        { IsBackground = true, Name = "password" };

        // Threads inherit their priority: were this one to tell of the end, a new thread of the pool could give way for ever.
        new Thread(() =>
        {
            yielding.Start();
            yielding.Join();
            if (problem is null)
                result.SetResult(done!);
            else
                result.SetException(problem);
        })
        { IsBackground = true, Name = "password end" }.Start();
        return result.Task;
    }
}
