using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>
/// A laptop that knows both DNS servers and asks for the steady names 50 times a second: the second server when the first
/// does not answer, as every stub does. A wrong answer of either is a failure, and so is none from both.
/// </summary>
internal sealed class ChaosProbe : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly ManualResetEventSlim _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, IPAddress[]> _expected = new();
    private readonly StubResolver[] _servers;
    private readonly Thread _thread;
    private int _asked;

    public ChaosProbe(HomeLab lab)
    {
        _servers = [.. lab.Servers.Where(server => server.Dns is not null).Select(server => StubResolver.OnLaptop(lab, Lan.Server4(server.Index)))];
        _thread = new Thread(Run) { IsBackground = true, Name = "chaos probe" };
        _thread.Start();
    }

    public int Asked => _asked;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>From now on <paramref name="name"/> must have exactly <paramref name="addresses"/>; with none it must only exist.</summary>
    public void Expect(string name, params IPAddress[] addresses) => _expected[name] = addresses;

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        foreach (var server in _servers)
            server.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(Pace))
        {
            var names = _expected.ToArray();
            if (names.Length == 0)
                continue;
            var (name, addresses) = names[_asked % names.Length];
            var answer = Ask(name + ".home", _asked++ / names.Length);
            if (addresses.Length == 0 ? answer.Code != StubAnswer.NoError : !answer.Is(addresses))
            {
                // What was expected may have changed while the question was under way.
                if (_expected[name] == addresses)
                    _failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {name}: {answer}");
            }
        }
    }

    private StubAnswer Ask(string name, int turn)
    {
        var answer = StubAnswer.Timeout;
        for (var attempt = 0; attempt < 2 * _servers.Length && answer.Code == StubAnswer.Nobody; attempt++)
            answer = _servers[(turn + attempt) % _servers.Length].Ask(name, timeoutMilliseconds: 1000);
        return answer;
    }
}
