using System.Buffers.Binary;
using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;

namespace HomeCloud.Tests.Dns.Transport;

public class StreamTests
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task One_query_at_a_time()
    {
        await using var fixture = new TransportFixture();
        await using var stream = await fixture.TcpClientAsync();
        for (ushort id = 1; id <= 20; id++)
        {
            await stream.WriteAsync(Frame(ScriptedHandler.Query(id)));
            (await ReadAsync(stream))[1].Should().Be((byte)id);
        }

        fixture.Handler.Seen.Should().OnlyContain(seen => seen.Transport == QueryTransport.Tcp && seen.Local == ClientAddress.From(fixture.EndPoint.Address));
    }

    [Fact(Timeout = Timeout)]
    public async Task Pipelined_queries_are_answered_by_one_write()
    {
        await using var fixture = new TransportFixture();
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(Enumerable.Range(0, 16).SelectMany(id => Frame(ScriptedHandler.Query((ushort)id))).ToArray());

        var buffer = new byte[4096];
        var received = await stream.ReadAsync(buffer).AsTask().WaitAsync(TransportFixture.Deadline);

        received.Should().Be(16 * 14, "all sixteen leave together");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_message_may_arrive_byte_by_byte()
    {
        await using var fixture = new TransportFixture();
        await using var stream = await fixture.TcpClientAsync();
        foreach (var value in Frame(ScriptedHandler.Query(7, length: 40)))
            await stream.WriteAsync(new[] { value });

        (await ReadAsync(stream)).Should().HaveCount(40);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_longest_messages_fit_both_ways()
    {
        await using var fixture = new TransportFixture();
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(Frame(ScriptedHandler.Query(1, length: 65_535)));
        (await ReadAsync(stream)).Should().HaveCount(65_535);

        // Eight large answers to one read do not fit one write.
        await stream.WriteAsync(Enumerable.Range(0, 8).SelectMany(_ => Frame(ScriptedHandler.Query(60, ScriptedHandler.Enlarge))).ToArray());
        for (var i = 0; i < 8; i++)
            (await ReadAsync(stream)).Should().HaveCount(60 * 1024);
    }

    [Fact(Timeout = Timeout)]
    public async Task Late_answers_overtake_each_other()
    {
        await using var fixture = new TransportFixture();
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(Enumerable.Range(0, 50).SelectMany(id => Frame(ScriptedHandler.Query((ushort)id, ScriptedHandler.Defer))).ToArray());
        await stream.WriteAsync(Frame(ScriptedHandler.Query(99)));
        (await ReadAsync(stream))[1].Should().Be(99, "it did not have to wait");
        await TransportFixture.UntilAsync(() => fixture.Handler.Deferred.Count == 50);

        Parallel.ForEach(fixture.Handler.Deferred.Reverse(), late => late.Path.Send(late.Query));

        var ids = new List<int>();
        for (var i = 0; i < 50; i++)
            ids.Add((await ReadAsync(stream))[1]);
        ids.Should().BeEquivalentTo(Enumerable.Range(0, 50));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_client_that_closed_its_sending_side_still_gets_its_late_answer()
    {
        await using var fixture = new TransportFixture();
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(Frame(ScriptedHandler.Query(5, ScriptedHandler.Defer)));
        stream.Socket.Shutdown(SocketShutdown.Send);
        await TransportFixture.UntilAsync(() => fixture.Handler.Deferred.Count == 1);
        fixture.Handler.Deferred.TryDequeue(out var late);
        late.Path.Send(late.Query);

        (await ReadAsync(stream))[1].Should().Be(5);
        (await stream.ReadAsync(new byte[1])).Should().Be(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_abandoned_answer_frees_the_connection()
    {
        await using var fixture = new TransportFixture();
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(Frame(ScriptedHandler.Query(5, ScriptedHandler.Defer)));
        stream.Socket.Shutdown(SocketShutdown.Send);
        await TransportFixture.UntilAsync(() => fixture.Handler.Deferred.Count == 1);
        fixture.Handler.Deferred.TryDequeue(out var late);
        late.Path.Abandon();

        (await stream.ReadAsync(new byte[1])).Should().Be(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stop_answers_what_it_has_taken()
    {
        await using var fixture = new TransportFixture(configure: options => options.StopGrace = TransportFixture.Deadline);
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(Frame(ScriptedHandler.Query(5, ScriptedHandler.Defer)));
        await TransportFixture.UntilAsync(() => fixture.Handler.Deferred.Count == 1);

        var stop = fixture.Transport.StopAsync();
        fixture.Handler.Deferred.TryDequeue(out var late);
        late.Path.Send(late.Query);

        (await ReadAsync(stream))[1].Should().Be(5);
        await stop.WaitAsync(TransportFixture.Deadline);
    }

    internal static byte[] Frame(byte[] message)
    {
        var frame = new byte[message.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)message.Length);
        message.CopyTo(frame, 2);
        return frame;
    }

    internal static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var deadline = new CancellationTokenSource(TransportFixture.Deadline);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, deadline.Token);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, deadline.Token);
        return message;
    }
}
