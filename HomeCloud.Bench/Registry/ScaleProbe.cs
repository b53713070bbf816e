using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Registry;

/// <summary>Asks the DNS server for names that were changed, each once a millisecond, until the answer is the new one.</summary>
internal sealed class ScaleProbe : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 1000 };
    private readonly ConcurrentQueue<(Question Question, long Since)> _new = new();
    private readonly byte[] _buffer = new byte[2048];
    private readonly Thread _thread;
    private volatile bool _ending;

    public ScaleProbe(IPEndPoint server)
    {
        _socket.Connect(server);
        _thread = new Thread(Run) { IsBackground = true, Name = "probe" };
        _thread.Start();
    }

    /// <summary>Milliseconds from the change to the right answer.</summary>
    public List<double> Taken { get; } = [];

    /// <summary>Changes that DNS did not follow within ten seconds.</summary>
    public int Lost { get; private set; }

    public static Question Ask(ScaleChange change) => QuestionWriter.Write(change.Record.Name + ".home", QuestionWriter.A, 0, change.Record.Addresses[0]);

    /// <summary>This change is sent now.</summary>
    public void Follow(Question question) => _new.Enqueue((question, Stopwatch.GetTimestamp()));

    /// <summary>Waits until every change is seen or given up.</summary>
    public void Dispose()
    {
        _ending = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Run()
    {
        var open = new List<(Question Question, long Since)>();
        while (!_ending || open.Count > 0 || !_new.IsEmpty)
        {
            while (_new.TryDequeue(out var item))
                open.Add(item);
            for (var i = open.Count - 1; i >= 0; i--)
            {
                var right = IsRight(open[i].Question);
                var taken = Stopwatch.GetElapsedTime(open[i].Since);
                if (right)
                    Taken.Add(taken.TotalMilliseconds);
                else if (taken < Patience)
                    continue;
                else
                    Lost++;
                open.RemoveAt(i);
            }

            Thread.Sleep(Pace);
        }
    }

    private bool IsRight(Question question)
    {
        try
        {
            _socket.Send(question.Wire);
            return ResponseCheck.IsRight(_buffer.AsSpan(0, _socket.Receive(_buffer)), question);
        }
        catch (SocketException)
        {
            return false; // no answer within the timeout
        }
    }
}
