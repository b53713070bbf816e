using System.Net.Sockets;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>RFC 7766 §6.2, RFC 9210 §4: nobody can hold what others need.</summary>
public class StreamLimitTests
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task An_idle_connection_is_closed()
    {
        await using var fixture = new TransportFixture(configure: options => options.IdleTimeout = TimeSpan.FromMilliseconds(600));
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(StreamTests.Frame(ScriptedHandler.Query(1)));
        await StreamTests.ReadAsync(stream);

        await AssertClosedAsync(stream);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_trickle_of_bytes_does_not_extend_the_time_of_a_message()
    {
        await using var fixture = new TransportFixture(configure: options =>
        {
            options.IdleTimeout = TimeSpan.FromMinutes(5);
            options.MessageTimeout = TimeSpan.FromMilliseconds(700);
        });
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(new byte[] { 0xFF, 0xFF });

        using var deadline = new CancellationTokenSource(TransportFixture.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var trickle = async () =>
        {
            while (await tick.WaitForNextTickAsync(deadline.Token))
                await stream.WriteAsync(new byte[] { 0 }, deadline.Token);
        };

        await trickle.Should().ThrowAsync<IOException>("the server hung up");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_connection_that_waits_for_our_own_answer_is_not_idle()
    {
        await using var fixture = new TransportFixture(configure: options => options.IdleTimeout = TimeSpan.FromMilliseconds(200));
        await using var patient = await fixture.TcpClientAsync();
        await patient.WriteAsync(StreamTests.Frame(ScriptedHandler.Query(1, ScriptedHandler.Defer)));
        await TransportFixture.UntilAsync(() => fixture.Handler.Deferred.Count == 1);

        // Long enough for a second connection to be found idle twice.
        for (var i = 0; i < 2; i++)
        {
            await using var idle = await fixture.TcpClientAsync();
            await AssertClosedAsync(idle);
        }

        fixture.Handler.Deferred.TryDequeue(out var late);
        late.Path.Send(late.Query);
        (await StreamTests.ReadAsync(patient))[1].Should().Be(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task One_client_cannot_open_more_than_its_share()
    {
        await using var fixture = new TransportFixture(configure: options => options.MaxConnectionsPerClient = 3);
        var streams = new List<NetworkStream>();
        for (var i = 0; i < 3; i++)
        {
            streams.Add(await fixture.TcpClientAsync());
            await AssertServesAsync(streams[i]);
        }

        await using var fourth = await fixture.TcpClientAsync();
        await AssertClosedAsync(fourth);

        await AssertServesAsync(streams[0]);
        await streams[1].DisposeAsync();
        await TransportFixture.UntilAsync(() => fixture.Transport.OpenConnections == 2);
        await using var fifth = await fixture.TcpClientAsync();
        await AssertServesAsync(fifth);
        foreach (var stream in streams)
            await stream.DisposeAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task When_full_the_connection_idle_longest_gives_way()
    {
        await using var fixture = new TransportFixture(configure: options => options.MaxConnections = 2);
        await using var trickling = await fixture.TcpClientAsync();
        await trickling.WriteAsync(new byte[] { 0 });
        await TransportFixture.UntilAsync(() => fixture.Transport.OpenConnections == 1);
        var opened = Environment.TickCount64;
        await TransportFixture.UntilAsync(() => Environment.TickCount64 > opened + 20);
        await using var active = await fixture.TcpClientAsync();
        await AssertServesAsync(active);

        await using var newcomer = await fixture.TcpClientAsync();

        await AssertServesAsync(newcomer);
        await AssertServesAsync(active);
        await AssertClosedAsync(trickling);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_client_that_does_not_read_loses_its_connection()
    {
        await using var fixture = new TransportFixture(configure: options => options.MessageTimeout = TimeSpan.FromMilliseconds(700));
        await using var stream = await fixture.TcpClientAsync();
        using var deadline = new CancellationTokenSource(TransportFixture.Deadline);
        var query = StreamTests.Frame(ScriptedHandler.Query(60, ScriptedHandler.Enlarge));
        var flood = async () =>
        {
            while (true)
                await stream.WriteAsync(query, deadline.Token);
        };

        await flood.Should().ThrowAsync<IOException>("the server hung up");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_deserves_no_answer_ends_the_connection()
    {
        await using var fixture = new TransportFixture();
        await using var stream = await fixture.TcpClientAsync();
        await stream.WriteAsync(StreamTests.Frame(ScriptedHandler.Query(1)).Concat(StreamTests.Frame([1, 2, 3])).ToArray());

        (await StreamTests.ReadAsync(stream))[1].Should().Be(1);
        await AssertClosedAsync(stream);
    }

    private static async Task AssertServesAsync(NetworkStream stream)
    {
        await stream.WriteAsync(StreamTests.Frame(ScriptedHandler.Query(9)));
        (await StreamTests.ReadAsync(stream))[1].Should().Be(9);
    }

    /// <summary>Reads what is left, an alert for instance, until the end.</summary>
    internal static async Task AssertClosedAsync(NetworkStream stream)
    {
        using var deadline = new CancellationTokenSource(TransportFixture.Deadline);
        try
        {
            while (await stream.ReadAsync(new byte[100], deadline.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset closes as well.
        }
    }
}
