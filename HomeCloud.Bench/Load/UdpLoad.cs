using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using HomeCloud.Bench.Native;

namespace HomeCloud.Bench.Load;

/// <summary>Asks over UDP from one socket, never waiting in the kernel, and checks every response.</summary>
internal sealed class UdpLoad
{
    private const int Free = -1;
    private static readonly TimeSpan OneWait = TimeSpan.FromMilliseconds(1);

    private readonly Workload _workload;
    private readonly LoadPlan _plan;
    private readonly long _lossTicks;
    private readonly BatchSocket _socket;
    private readonly int[] _questionOfId = new int[65536];
    private readonly long[] _sentAt = new long[65536];
    private readonly LatencyHistogram _latency = new();
    private ushort _nextId;
    private ushort _oldestId;
    private int _nextQuestion;
    private int _outstanding;
    private long _sent;
    private long _right;
    private long _wrong;
    private long _lost;

    private UdpLoad(BatchSocket socket, Workload workload, LoadPlan plan)
    {
        _socket = socket;
        _workload = workload;
        _plan = plan;
        _lossTicks = (long)(plan.Patience.TotalSeconds * Stopwatch.Frequency);
        Array.Fill(_questionOfId, Free);
    }

    public static LoadResult Run(IPEndPoint server, Workload workload, LoadPlan plan)
    {
        using var socket = new BatchSocket(server, workload.Questions[0].Wire.Length);
        return new UdpLoad(socket, workload, plan).Run();
    }

    private LoadResult Run()
    {
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(_plan.Duration.TotalSeconds * Stopwatch.Frequency);
        long now;
        while ((now = Stopwatch.GetTimestamp()) < end && _sent < _plan.Most && !_plan.Stop.IsCancellationRequested)
        {
            Send(Due(now - start), now);
            Await();
            Receive();
            GiveUpOld(now);
        }

        // What is under way still counts.
        var last = now + _lossTicks;
        while (_outstanding > 0 && (now = Stopwatch.GetTimestamp()) < last)
        {
            Await();
            Receive();
        }

        _lost += _outstanding;
        return new LoadResult(_right, _wrong, _lost, Stopwatch.GetElapsedTime(start, now), _latency.Percentile(0.5), _latency.Percentile(0.99)) { Slowest = _latency.Slowest };
    }

    private int Due(long elapsed)
    {
        var room = (int)Math.Min(Math.Min(_plan.Window - _outstanding, BatchSocket.MaxBatch), _plan.Most - _sent);
        if (_plan.Rate == 0)
            return room >= BatchSocket.MaxBatch / 2 || room == _plan.Most - _sent ? room : 0;
        return (int)Math.Min(room, elapsed * _plan.Rate / Stopwatch.Frequency - _sent);
    }

    private void Await()
    {
        if (_plan.Waits)
            _socket.Await(OneWait);
    }

    private void Send(int count, long now)
    {
        if (count <= 0)
            return;

        for (var i = 0; i < count; i++)
        {
            while (_questionOfId[_nextId] != Free)
                _nextId++;
            if (_nextQuestion == _workload.Questions.Length)
                _nextQuestion = 0;
            var message = _socket.Outgoing(i);
            _workload.Questions[_nextQuestion].Wire.CopyTo(message);
            BinaryPrimitives.WriteUInt16BigEndian(message, _nextId);
            _questionOfId[_nextId] = _nextQuestion++;
            _sentAt[_nextId] = now;
            _nextId++;
        }

        _socket.Send(count);
        _sent += count;
        _outstanding += count;
    }

    private void Receive()
    {
        var count = _socket.Receive();
        if (count <= 0)
            return;

        var now = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var response = _socket.Incoming(i);
            var id = response.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(response);
            if (_questionOfId[id] == Free)
                continue;

            if (ResponseCheck.IsRight(response, _workload.Questions[_questionOfId[id]]))
                _right++;
            else
                _wrong++;
            _latency.Add(now - _sentAt[id]);
            _questionOfId[id] = Free;
            _outstanding--;
        }
    }

    /// <summary>A lost query frees its place in the window after a while.</summary>
    private void GiveUpOld(long now)
    {
        while (_oldestId != _nextId)
        {
            if (_questionOfId[_oldestId] != Free)
            {
                if (now - _sentAt[_oldestId] < _lossTicks)
                    return;
                _questionOfId[_oldestId] = Free;
                _outstanding--;
                _lost++;
            }

            _oldestId++;
        }
    }
}
