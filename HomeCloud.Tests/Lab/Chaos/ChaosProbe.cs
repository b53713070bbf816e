using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Tests.Lab.Probing;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>
/// A laptop that knows both DNS servers and asks for the steady names 50 times a second: the second server when the first
/// does not answer, and each once more, as every stub does. A wrong answer of either is a failure, and so is none from both.
/// </summary>
internal sealed class ChaosProbe : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, IPAddress[]> _expected = new();
    private readonly PacedAsker _asker;

    public ChaosProbe(HomeLab lab)
    {
        LabServer[] servers = [.. lab.Servers.Where(server => server.Dns is not null)];
        _asker = new PacedAsker(
            servers.Select(server => StubResolver.Connect(lab.Laptop, new IPEndPoint(IPAddress.Parse(Lan.Server4(server.Index)), 53))),
            Patience, attempts: 2 * servers.Length, Next);
    }

    public int Asked => _asker.Asked;

    /// <summary>Questions a second.</summary>
    public double Rate => _asker.Rate;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>From now on <paramref name="name"/> must have exactly <paramref name="addresses"/>; with none it must only exist.</summary>
    public void Expect(string name, params IPAddress[] addresses) => _expected[name] = addresses;

    /// <summary>Asks no more, and waits for the answers to what was asked.</summary>
    public void Stop() => _asker.Stop();

    public void Dispose() => _asker.Dispose();

    private PacedQuestion? Next(int turn)
    {
        var names = _expected.ToArray();
        if (names.Length == 0)
            return null;
        var (name, addresses) = names[turn % names.Length];
        return new(name + ".home", turn / names.Length, answer => Judge(name, addresses, answer));
    }

    private void Judge(string name, IPAddress[] addresses, StubAnswer answer)
    {
        if (addresses.Length == 0 ? answer.Code == StubAnswer.NoError : answer.Is(addresses))
            return;
        // What was expected may have changed while the question was under way.
        if (_expected[name] == addresses)
            _failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {name}: {answer}");
    }
}
