namespace HomeCloud.Tests.Dns;

/// <summary>What the thread that calls it allocates over windows of 100,000 calls: a server's own thread measures itself, whatever others of the process do.</summary>
internal sealed class AllocationMeter
{
    private const int Warmup = 3_200;
    private const int Window = 100_000;

    // The runtime may compile a method anew in the middle, and allocate for that, once.
    private const int Windows = 3;

    private int _count;
    private int _thread;
    private int _threads;
    private long _before;
    private long _least = long.MaxValue;

    /// <summary>Calls after which all windows are over.</summary>
    public const int Enough = Warmup + (Windows * Window);

    /// <summary>How often another thread than before called.</summary>
    public int Threads => Volatile.Read(ref _threads);

    /// <summary>Octets allocated in the best window so far.</summary>
    public long Least => Volatile.Read(ref _least);

    public void Count()
    {
        if (_thread != Environment.CurrentManagedThreadId)
        {
            _thread = Environment.CurrentManagedThreadId;
            Volatile.Write(ref _threads, _threads + 1);
        }

        _count++;
        if (_count < Warmup || (_count - Warmup) % Window != 0)
            return;
        var now = GC.GetAllocatedBytesForCurrentThread();
        if (_count > Warmup)
            Volatile.Write(ref _least, Math.Min(_least, now - _before));
        _before = now;
    }
}
