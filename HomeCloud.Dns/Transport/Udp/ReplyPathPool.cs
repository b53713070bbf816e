namespace HomeCloud.Dns.Transport.Udp;

/// <summary>Keeps reply paths for reuse, and counts those on loan: at a stop they are waited for.</summary>
/// <remarks>How many exist is bounded by how many queries forwarding keeps outstanding.</remarks>
internal sealed class ReplyPathPool<TPath>(Func<ReplyPathPool<TPath>, TPath> create)
    where TPath : class
{
    private readonly Lock _lock = new();
    private TPath[] _free = new TPath[16];
    private int _freeCount;
    private int _outstanding;

    public int Outstanding => Volatile.Read(ref _outstanding);

    public TPath Rent()
    {
        Interlocked.Increment(ref _outstanding);
        lock (_lock)
        {
            if (_freeCount > 0)
                return _free[--_freeCount];
        }

        return create(this);
    }

    public void Return(TPath path)
    {
        lock (_lock)
        {
            if (_freeCount == _free.Length)
                Array.Resize(ref _free, 2 * _free.Length);
            _free[_freeCount++] = path;
        }

        Interlocked.Decrement(ref _outstanding);
    }
}
