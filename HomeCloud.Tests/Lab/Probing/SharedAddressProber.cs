using System.Diagnostics;
using System.Net;
using HomeCloud.Lab;

namespace HomeCloud.Tests.Lab.Probing;

/// <summary>A laptop that knows one DNS server, the shared address, and asks it 50 times a second: when was it without an answer?</summary>
internal sealed class SharedAddressProber : IDisposable
{
    // What a stub waits before it asks again is longer; a question that is lost is lost either way.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, bool> _asked = [];
    private readonly PacedAsker _asker;

    public SharedAddressProber(HomeLab lab, string address, string name, IPAddress right)
    {
        PacedQuestion Next(int turn)
        {
            var now = Stopwatch.GetTimestamp();
            return new(name, 0, answer => Judge(now, answer.Is(right)));
        }

        _asker = new PacedAsker([StubResolver.Connect(lab.Laptop, new IPEndPoint(IPAddress.Parse(address), 53))], Patience, attempts: 1, Next);
    }

    public int Asked => _asker.Asked;

    /// <summary>Questions asked after that moment which got the right answer, up to now.</summary>
    public int AnsweredSince(long moment)
    {
        lock (_lock)
            return _asked.Count(asked => asked.Value && asked.Key > moment);
    }

    /// <summary>Stops asking.</summary>
    /// <returns>Questions without the right answer.</returns>
    public int Stop()
    {
        _asker.Stop();
        lock (_lock)
            return _asked.Values.Count(answered => !answered);
    }

    /// <summary>After <see cref="Stop"/>: from that moment to the question after which every one was answered.</summary>
    public TimeSpan GapSince(long moment)
    {
        lock (_lock)
        {
            var lastLost = _asked.Where(asked => !asked.Value).Select(asked => asked.Key).DefaultIfEmpty(moment).Last();
            return Stopwatch.GetElapsedTime(moment, _asked.Keys.FirstOrDefault(at => at > lastLost, moment));
        }
    }

    public void Dispose() => _asker.Dispose();

    private void Judge(long askedAt, bool answered)
    {
        lock (_lock)
            _asked[askedAt] = answered;
    }
}
