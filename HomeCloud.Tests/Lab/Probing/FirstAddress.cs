using System.Diagnostics;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;

namespace HomeCloud.Tests.Lab.Probing;

/// <summary>Asks for one name every millisecond, on a thread of its own, until it has an address.</summary>
internal sealed class FirstAddress : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1);
    private readonly ManualResetEventSlim _stop = new();
    private readonly StubResolver _stub;
    private readonly Thread _thread;
    private StubAnswer _answer = StubAnswer.Timeout;
    private long _at;

    public FirstAddress(HomeLab lab, string nameServer, string name, TimeSpan limit)
    {
        _stub = StubResolver.OnLaptop(lab, nameServer);
        _thread = new Thread(() => Run(name, limit)) { IsBackground = true, Name = "first address" };
        _thread.Start();
    }

    /// <summary>Waits for the address.</summary>
    /// <returns>The last answer, and when it came, as <see cref="Stopwatch"/> counts.</returns>
    public (StubAnswer Answer, long At) Wait()
    {
        _thread.Join();
        return (_answer, _at);
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stub.Dispose();
        _stop.Dispose();
    }

    private void Run(string name, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        do
        {
            _answer = _stub.Ask(name, timeoutMilliseconds: 200);
            _at = Stopwatch.GetTimestamp();
        }
        while (_answer.Addresses.IsEmpty && Stopwatch.GetElapsedTime(started) < limit && !_stop.Wait(Pace));
    }
}
