using HomeCloud.Dns.Serving;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>Sends late answers, as an upstream's thread does, and measures itself meanwhile. Takes queries from one worker, a few at a time.</summary>
internal sealed class AnsweringThread : IDisposable
{
    private const int Slots = 64;

    private readonly (IReplyPath? Path, byte[] Response, int Length)[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => ((IReplyPath?)null, new byte[512], 0))];
    private readonly AutoResetEvent _given = new(false);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private int _written;
    private int _read;

    public AnsweringThread()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public AllocationMeter Meter { get; } = new();

    public void Give(IReplyPath path, ReadOnlySpan<byte> response)
    {
        if (_written - Volatile.Read(ref _read) == Slots)
            throw new InvalidOperationException("The client asks more at a time than there is room for.");
        ref var slot = ref _slots[_written % Slots];
        slot.Path = path;
        slot.Length = response.Length;
        response.CopyTo(slot.Response);
        Volatile.Write(ref _written, _written + 1);
        _given.Set();
    }

    public void Dispose()
    {
        _stopping = true;
        _given.Set();
        _thread.Join();
        _given.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            _given.WaitOne();
            while (_read < Volatile.Read(ref _written))
            {
                Meter.Count();
                ref var slot = ref _slots[_read % Slots];
                slot.Path!.Send(slot.Response.AsSpan(0, slot.Length));
                Volatile.Write(ref _read, _read + 1);
            }
        }
    }
}
