using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Probing;

public sealed class PacedAskerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly ConcurrentQueue<(int Turn, StubAnswer Answer)> _answers = new();

    [Fact]
    public async Task A_server_that_is_silent_does_not_slow_the_asking_down()
    {
        using var silent = Bound();
        using var answering = Bound();
        using var server = Answer(answering);
        var begun = Stopwatch.GetTimestamp();
        using var asker = new PacedAsker([Connected(silent), Connected(answering)], Patience, attempts: 2, turn => Question(turn, firstServer: turn));

        (await Poll.UntilAsync(() => asker.Asked >= 50, Limit)).Should().BeTrue();
        // Waiting for each answer would take half of the questions a second each.
        Stopwatch.GetElapsedTime(begun).Should().BeLessThan(TimeSpan.FromSeconds(10));
        asker.Stop();
        asker.Rate.Should().BeGreaterThan(5);
        _answers.Should().HaveCount(asker.Asked).And.OnlyContain(answer => answer.Answer.Code == StubAnswer.NameError);
    }

    [Fact]
    public async Task What_arrived_while_the_asker_had_no_processor_is_no_failure()
    {
        using var answering = Bound();
        var patience = TimeSpan.FromMilliseconds(500);
        using var mayAnswer = new ManualResetEventSlim();
        using var server = Answer(answering, mayAnswer);
        var begun = 0L;
        using var asker = new PacedAsker([Connected(answering)], patience, attempts: 1, turn =>
        {
            if (turn == 0)
                begun = Stopwatch.GetTimestamp();
            if (turn == 1)
            {
                // Its thread stands still here: until the question is too old, and then until its answer has been sent.
                SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(begun) > 2 * patience);
                mayAnswer.Set();
                server.Sent.Wait(Limit);
            }

            return turn < 2 ? Question(turn, firstServer: 0) : null;
        });

        (await Poll.UntilAsync(() => !_answers.IsEmpty, Limit)).Should().BeTrue();
        _answers.First().Should().Match<(int Turn, StubAnswer Answer)>(first => first.Turn == 0 && first.Answer.Code == StubAnswer.NameError);
    }

    [Fact]
    public async Task No_answer_from_anybody_is_told_as_such()
    {
        using var silent = Bound();
        var closed = Bound();
        using var refused = Connected(closed);
        closed.Dispose();
        using var asker = new PacedAsker([Connected(silent), refused], TimeSpan.FromMilliseconds(50), attempts: 4, turn => turn < 4 ? Question(turn, firstServer: turn) : null);

        (await Poll.UntilAsync(() => _answers.Count == 4, Limit)).Should().BeTrue();
        _answers.Should().OnlyContain(answer => answer.Answer.Code == StubAnswer.Nobody);
    }

    private PacedQuestion Question(int turn, int firstServer) => new("steady.home", firstServer, answer => _answers.Enqueue((turn, answer)));

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static Socket Connected(Socket server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server.LocalEndPoint!);
        return socket;
    }

    /// <summary>Answers NXDOMAIN to everything until disposed; from when it may, if that is given.</summary>
    private static Answering Answer(Socket socket, ManualResetEventSlim? mayAnswer = null) => new(socket, mayAnswer);

    private sealed class Answering : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _stop;

        public Answering(Socket socket, ManualResetEventSlim? mayAnswer)
        {
            socket.ReceiveTimeout = 20;
            _thread = new Thread(() => Run(socket, mayAnswer)) { IsBackground = true };
            _thread.Start();
        }

        public ManualResetEventSlim Sent { get; } = new();

        public void Dispose()
        {
            _stop = true;
            _thread.Join();
            Sent.Dispose();
        }

        private void Run(Socket socket, ManualResetEventSlim? mayAnswer)
        {
            var buffer = new byte[512];
            while (!_stop)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                int length;
                try
                {
                    length = socket.ReceiveFrom(buffer, ref from);
                }
                catch (SocketException)
                {
                    continue;
                }

                mayAnswer?.Wait(Limit);
                buffer[2] |= 0x80; // QR
                buffer[3] = StubAnswer.NameError;
                socket.SendTo(buffer.AsSpan(0, length), from);
                Sent.Set();
            }
        }
    }
}
