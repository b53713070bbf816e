using System.Collections.Concurrent;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;

namespace HomeCloud.Tests.Lab;

/// <summary>Asks for some names over and over, 50 times a second, on a thread of its own, and keeps what was wrong.</summary>
internal sealed class Prober : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private readonly ManualResetEventSlim _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly StubResolver _stub;
    private readonly (string Name, Func<StubAnswer, bool> Right)[] _questions;
    private readonly Thread _thread;
    private int _asked;

    public Prober(HomeLab lab, params (string Name, Func<StubAnswer, bool> Right)[] questions)
        : this(lab, Lan.Router4, questions)
    {
    }

    public Prober(HomeLab lab, string nameServer, params (string Name, Func<StubAnswer, bool> Right)[] questions)
    {
        _stub = StubResolver.OnLaptop(lab, nameServer);
        _questions = questions;
        _thread = new Thread(Run) { IsBackground = true, Name = "prober" };
        _thread.Start();
    }

    public int Asked => _asked;

    /// <summary>Stops asking.</summary>
    /// <returns>What was wrong, with the time of day.</returns>
    public IReadOnlyCollection<string> Stop()
    {
        _stop.Set();
        _thread.Join();
        return [.. _failures];
    }

    public void Dispose()
    {
        Stop();
        _stub.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(Pace))
        {
            var (name, right) = _questions[_asked++ % _questions.Length];
            // Two seconds are what a stub waits before it asks again; dig waits five.
            if (_stub.Ask(name, timeoutMilliseconds: 2000) is var answer && !right(answer))
                _failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {name}: {answer}");
        }
    }
}
