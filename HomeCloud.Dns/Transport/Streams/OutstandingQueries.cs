namespace HomeCloud.Dns.Transport.Streams;

/// <summary>Counts the late answers that a connection is owed, and lets its reader wait for them.</summary>
internal sealed class OutstandingQueries
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private int _waitingFor;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add()
    {
        lock (_lock)
            _count++;
    }

    public void Remove()
    {
        TaskCompletionSource? reached = null;
        lock (_lock)
        {
            _count--;
            if (_waiter is not null && _count <= _waitingFor)
                (reached, _waiter) = (_waiter, null);
        }

        reached?.SetResult();
    }

    /// <summary>Completes once no more than <paramref name="most"/> are owed. For one waiter at a time.</summary>
    public Task WaitAsync(int most)
    {
        lock (_lock)
        {
            if (_count <= most)
                return Task.CompletedTask;
            _waitingFor = most;
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }
}
