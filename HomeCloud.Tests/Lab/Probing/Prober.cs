using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;

namespace HomeCloud.Tests.Lab.Probing;

/// <summary>Asks one name server for some names over and over, 50 times a second, and keeps what was wrong.</summary>
internal sealed class Prober : IDisposable
{
    // What a stub waits before it asks again; dig waits five.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly PacedAsker _asker;

    public Prober(HomeLab lab, params (string Name, Func<StubAnswer, bool> Right)[] questions)
        : this(lab, Lan.Router4, questions)
    {
    }

    public Prober(HomeLab lab, string nameServer, params (string Name, Func<StubAnswer, bool> Right)[] questions)
    {
        PacedQuestion Next(int turn)
        {
            var (name, right) = questions[turn % questions.Length];
            return new(name, 0, answer => Judge(name, answer, right));
        }

        _asker = new PacedAsker([StubResolver.Connect(lab.Laptop, new IPEndPoint(IPAddress.Parse(nameServer), 53))], Patience, attempts: 1, Next);
    }

    public int Asked => _asker.Asked;

    /// <summary>Stops asking.</summary>
    /// <returns>What was wrong, with the time of day.</returns>
    public IReadOnlyCollection<string> Stop()
    {
        _asker.Stop();
        return [.. _failures];
    }

    public void Dispose() => _asker.Dispose();

    private void Judge(string name, StubAnswer answer, Func<StubAnswer, bool> right)
    {
        if (!right(answer))
            _failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {name}: {answer}");
    }
}
