using System.Diagnostics;

namespace HomeCloud.Bench.Registry;

/// <summary>Sends changes evenly in time, over a few connections.</summary>
internal sealed class ScaleLoad(string redis, ScaleOptions scale) : IDisposable
{
    private const int Connections = 4;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1);

    private readonly RespSocket[] _sockets = [.. Enumerable.Range(0, Connections).Select(_ => new RespSocket(redis))];

    /// <summary>How much later than planned each change was sent, in milliseconds: small, or the load itself is the limit.</summary>
    public List<double> Late { get; } = [];

    /// <summary>Sends all of them.</summary>
    /// <param name="changes">In this order.</param>
    /// <param name="sent">Hears of each, just before it is sent.</param>
    /// <returns>How long it took until Redis had answered all.</returns>
    /// <exception cref="InvalidOperationException">Redis refused one, or did not answer.</exception>
    public TimeSpan Run(ScaleChange[] changes, Action<int> sent)
    {
        var start = Stopwatch.GetTimestamp();
        for (var next = 0; next < changes.Length; Thread.Sleep(Pace))
        {
            while (next < changes.Length && Stopwatch.GetElapsedTime(start).TotalSeconds - Due(next) is >= 0 and var late)
            {
                Late.Add(1000 * late);
                sent(next);
                _sockets[next % Connections].Send(changes[next].Command);
                next++;
            }
        }

        while (_sockets.Sum(socket => socket.Replies) < changes.Length && Stopwatch.GetElapsedTime(start) < scale.Duration * 3)
            Thread.Sleep(Pace);
        var took = Stopwatch.GetElapsedTime(start);
        if (_sockets.Select(socket => socket.Error).FirstOrDefault(error => error is not null) is { } refusal)
            throw new InvalidOperationException($"Redis refused a change: {refusal}");
        if (_sockets.Sum(socket => socket.Replies) < changes.Length)
            throw new InvalidOperationException("Redis did not answer every change.");
        return took;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private double Due(int change) => (double)change / scale.ChangesPerSecond;
}
