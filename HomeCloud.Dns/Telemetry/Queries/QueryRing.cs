namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>
/// A bounded queue of query records between the workers, who never wait, and one reader. When it is full a record is lost
/// and counted. After Dmitry Vyukov's bounded queue: each slot carries the position at which it may be written next.
/// </summary>
internal sealed class QueryRing
{
    private readonly Slot[] _slots;
    private readonly long _mask;
    private readonly Action? _fills;
    private long _head;
    private long _tail;
    private long _lost;

    /// <param name="capacity">A power of two.</param>
    /// <param name="fills">Called by a worker with the last of each half of that many records.</param>
    public QueryRing(int capacity, Action? fills = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(System.Numerics.BitOperations.IsPow2(capacity), true, nameof(capacity));
        _slots = new Slot[capacity];
        _mask = capacity - 1;
        _fills = fills;
        for (var i = 0; i < capacity; i++)
            _slots[i].Turn = i;
    }

    public int Capacity => _slots.Length;

    /// <summary>Records that found the ring full.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public bool TryWrite(in QueryRecord record)
    {
        var position = Volatile.Read(ref _tail);
        while (true)
        {
            ref var slot = ref _slots[position & _mask];
            var turn = Volatile.Read(ref slot.Turn);
            if (turn == position)
            {
                var seen = Interlocked.CompareExchange(ref _tail, position + 1, position);
                if (seen == position)
                {
                    slot.Record = record;
                    Volatile.Write(ref slot.Turn, position + 1);
                    if ((~position & (_mask >> 1)) == 0)
                        _fills?.Invoke();
                    return true;
                }

                position = seen;
            }
            else if (turn < position)
            {
                Interlocked.Increment(ref _lost);
                return false;
            }
            else
            {
                position = Volatile.Read(ref _tail);
            }
        }
    }

    /// <summary>Only one thread reads.</summary>
    public bool TryRead(out QueryRecord record)
    {
        ref var slot = ref _slots[_head & _mask];
        if (Volatile.Read(ref slot.Turn) != _head + 1)
        {
            record = default;
            return false;
        }

        record = slot.Record;
        Volatile.Write(ref slot.Turn, _head + _slots.Length);
        _head++;
        return true;
    }

    private struct Slot
    {
        public long Turn;
        public QueryRecord Record;
    }
}
