using System.Diagnostics;
using System.Net.Sockets;
using HomeCloud.Lab.Names;

namespace HomeCloud.Tests.Lab.Probing;

/// <summary>
/// Asks at moments fixed beforehand, 50 a second, whatever became of the questions before: a server that is away must not
/// slow the asking down. One thread sends, receives and gives up, and reads all that has arrived before it gives anything up:
/// while the machine leaves it no processor, questions and answers are late, and none is lost.
/// </summary>
internal sealed class PacedAsker : IDisposable
{
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>When it is late it catches up, but reads in between: no buffer is to overflow.</summary>
    private const int MostAtOnce = 16;

    private readonly Socket[] _servers;
    private readonly TimeSpan _patience;
    private readonly int _attempts;
    private readonly Func<int, PacedQuestion?> _next;
    private readonly Dictionary<ushort, UnderWay> _underWay = [];
    private readonly byte[] _buffer = new byte[4096];
    private readonly Thread _thread;
    private volatile bool _stop;
    private volatile int _asked;
    private long _firstAsked;
    private long _lastAsked;
    private ushort _id;

    /// <param name="servers">Connected sockets; the asker closes them.</param>
    /// <param name="patience">How long one server is waited for.</param>
    /// <param name="attempts">How many servers are asked, one after the other, until one answers.</param>
    /// <param name="next">The question of a turn; null when there is nothing to ask. Called on the asker's thread.</param>
    public PacedAsker(IEnumerable<Socket> servers, TimeSpan patience, int attempts, Func<int, PacedQuestion?> next)
    {
        _servers = [.. servers];
        foreach (var server in _servers)
            server.Blocking = false;
        (_patience, _attempts, _next) = (patience, attempts, next);
        _id = (ushort)Random.Shared.Next();
        _thread = new Thread(Run) { IsBackground = true, Name = "paced asker" };
        _thread.Start();
    }

    public int Asked => _asked;

    /// <summary>Questions a second, from the first to the last.</summary>
    public double Rate => _asked < 2 ? 0 : (_asked - 1) / Stopwatch.GetElapsedTime(Volatile.Read(ref _firstAsked), Volatile.Read(ref _lastAsked)).TotalSeconds;

    /// <summary>Asks no more, and waits for the answers to what was asked.</summary>
    public void Stop()
    {
        _stop = true;
        _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        foreach (var server in _servers)
            server.Dispose();
    }

    private void Run()
    {
        var begun = Stopwatch.GetTimestamp();
        for (var turn = 0; !_stop || _underWay.Count > 0;)
        {
            Wait(_stop ? Pace : (turn * Pace) - Stopwatch.GetElapsedTime(begun));
            var now = Stopwatch.GetTimestamp();
            for (var server = 0; server < _servers.Length; server++)
                Receive(server);
            foreach (var late in _underWay.Values.Where(question => Stopwatch.GetElapsedTime(question.Since, now) > _patience).ToArray())
                MoveOn(late);
            for (var burst = 0; burst < MostAtOnce && !_stop && Stopwatch.GetElapsedTime(begun) >= turn * Pace; burst++)
                Ask(turn++);
        }
    }

    private void Wait(TimeSpan limit)
    {
        if (limit > TimeSpan.Zero)
            Socket.Select(_servers.ToList(), null, _servers.ToList(), limit);
    }

    private void Ask(int turn)
    {
        if (_next(turn) is not { } question)
            return;
        Volatile.Write(ref _lastAsked, Stopwatch.GetTimestamp());
        if (_asked == 0)
            Volatile.Write(ref _firstAsked, _lastAsked);
        _asked++;
        Send(question, 0);
    }

    private void Send(PacedQuestion question, int attempt)
    {
        while (_underWay.ContainsKey(++_id))
        {
        }

        var asked = new UnderWay(_id, question, (question.FirstServer + attempt) % _servers.Length, attempt, Stopwatch.GetTimestamp());
        _underWay.Add(asked.Id, asked);
        _servers[asked.Server].Send(LabMessage.Query(asked.Id, question.Name, RecordKind.A), SocketFlags.None, out var error);
        if (error != SocketError.Success)
            MoveOn(asked);
    }

    private void Receive(int server)
    {
        while (true)
        {
            var length = _servers[server].Receive(_buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return;
            if (error != SocketError.Success)
            {
                // Nobody listens there: whatever was sent there goes to the next, as a stub does it.
                foreach (var refused in _underWay.Values.Where(question => question.Server == server).ToArray())
                    MoveOn(refused);
                return;
            }

            var message = _buffer.AsSpan(0, length);
            if (length < LabMessage.HeaderLength || !_underWay.TryGetValue(LabMessage.Id(message), out var asked) || asked.Server != server)
                continue;
            _underWay.Remove(asked.Id);
            asked.Question.Answered(LabMessage.Read(message));
        }
    }

    private void MoveOn(UnderWay question)
    {
        _underWay.Remove(question.Id);
        if (question.Attempt + 1 < _attempts)
            Send(question.Question, question.Attempt + 1);
        else
            question.Question.Answered(StubAnswer.Timeout);
    }

    private sealed record UnderWay(ushort Id, PacedQuestion Question, int Server, int Attempt, long Since);
}
