using System.Diagnostics;
using HomeCloud.Bench.Native;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;

namespace HomeCloud.Bench.Starts;

/// <summary>Asks for one name every millisecond, from the laptop, on a thread of its own, until it has an address.</summary>
internal sealed class AnswerWatch : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1);

    private readonly ManualResetEventSlim _known = new();
    private readonly StubResolver _stub;
    private readonly Thread _thread;
    private StubAnswer _answer = StubAnswer.Timeout;
    private long _at;

    public AnswerWatch(HomeLab lab, string nameServer, string name)
    {
        _stub = StubResolver.OnLaptop(lab, nameServer);
        _thread = new Thread(() => Ask(name)) { IsBackground = true, Name = "answers" };
        _thread.Start();
    }

    /// <summary>Waits until the name exists, as it does once its container was created.</summary>
    public void WaitUntilKnown() => _known.Wait(Limit);

    /// <returns>The first answer with an address, and when it came, as <see cref="Stopwatch"/> counts.</returns>
    public (StubAnswer Answer, long At) Wait()
    {
        _thread.Join();
        return (_answer, _at);
    }

    public void Dispose()
    {
        _thread.Join();
        _stub.Dispose();
        _known.Dispose();
    }

    private void Ask(string name)
    {
        RealTimeThread.Enter();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Limit)
        {
            _answer = _stub.Ask(name, timeoutMilliseconds: 200);
            _at = Stopwatch.GetTimestamp();
            if (_answer.Code == StubAnswer.NoError)
                _known.Set();
            if (!_answer.Addresses.IsEmpty)
                return;
            Thread.Sleep(Pace);
        }
    }
}
