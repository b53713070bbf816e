using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Transport.Streams;
using HomeCloud.Net.Machine;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>Addresses and ports that come late, go and come back; the clock is steered, the sockets are real.</summary>
public sealed class ListenerFollowTests : IAsyncLifetime
{
    private const int Timeout = 60_000;

    /// <summary>A documentation address (RFC 5737): no machine has it, so binding it fails as a late address does.</summary>
    private static readonly IPAddress Late = IPAddress.Parse("192.0.2.50");

    private readonly ManualClock _time = new();
    private readonly CollectedLog<DnsTransport> _log = new();
    private DnsTransport? _transport;
    private bool _plugged;
    private bool _here = true;

    [Fact(Timeout = Timeout)]
    public async Task A_named_address_that_comes_60_s_after_the_start_is_served()
    {
        var transport = Start("127.0.0.1:0", $"{Late}:0");
        await AssertServesAsync(transport.Addresses.Should().ContainSingle().Which);
        for (var second = 0; second < 59; second++)
            _time.Advance(TimeSpan.FromSeconds(1));
        transport.Missing.Should().ContainSingle().Which.Reason.Should().Contain(Late.ToString()).And.Contain("as soon as");

        _plugged = true;
        _time.Advance(TimeSpan.FromSeconds(1));

        transport.Missing.Should().BeEmpty();
        transport.Addresses.Should().HaveCount(2);
        await AssertServesAsync(transport.Addresses[1]);
        _log.Messages.Should().ContainSingle("each try saying the same would fill the log").Which.Should().Contain(Late.ToString());
    }

    [Fact(Timeout = Timeout)]
    public async Task An_address_that_comes_first_of_all_is_served_too()
    {
        var transport = Start($"{Late}:0");
        transport.Addresses.Should().BeEmpty();

        _plugged = true;
        transport.Follow(Machine());

        await AssertServesAsync(transport.Addresses.Should().ContainSingle().Which);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_port_that_another_program_holds_is_taken_when_it_is_free()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, FreePort.Find()));
        var held = (IPEndPoint)holder.LocalEndPoint!;
        var transport = Start("127.0.0.1:0", held.ToString());
        _time.Advance(TimeSpan.FromSeconds(1));
        transport.Missing.Should().ContainSingle().Which.Reason.Should().Contain(held.ToString()).And.Contain($"(pid {Environment.ProcessId})");

        holder.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));

        transport.Missing.Should().BeEmpty();
        await AssertServesAsync(held);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_address_that_goes_and_comes_back_is_one_line_and_served_again()
    {
        var transport = Start("127.0.0.1:0");
        _here = false;
        transport.Follow(Machine());
        transport.Follow(Machine());
        transport.Missing.Should().ContainSingle().Which.Reason.Should().Contain("lost the address");

        _here = true;
        _time.Advance(TimeSpan.FromSeconds(1));

        transport.Missing.Should().BeEmpty("a try follows by itself");
        await AssertServesAsync(transport.Addresses[0]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_listener_that_is_closed_stops_accepting_without_a_word()
    {
        var log = new CollectedLog<DnsTransport>();
        var socket = StreamListener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        StreamListener.Listen(socket);
        using var connections = new ConnectionTable(new ListenOptions());
        using var listener = new StreamListener(socket, new StreamService(new EchoHandler(), null, null, log), connections, ConnectionLimits.From(new ListenOptions()));
        listener.Start();

        listener.Dispose();
        await listener.StopAsync().WaitAsync(TransportFixture.Deadline);

        log.Messages.Should().BeEmpty("an accept loop that outlives its address would log five lines a second");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_transport is not null)
            await _transport.DisposeAsync();
    }

    private static MachineReading Machine() => new([], true);

    private DnsTransport Start(params string[] addresses)
    {
        var options = new ListenOptions { Addresses = [.. addresses] };
        IPEndPoint BindAs(IPEndPoint wanted) => _plugged && wanted.Address.Equals(Late) ? new IPEndPoint(IPAddress.Loopback, 0) : wanted;
        _transport = new DnsTransport(options, new EchoHandler(), _log, null, _time, BindAs, _ => _here);
        _transport.Start();
        return _transport;
    }

    private static async Task AssertServesAsync(IPEndPoint server)
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)TransportFixture.Deadline.TotalMilliseconds };
        udp.Connect(server);
        udp.Send(ScriptedHandler.Query(7));
        udp.Receive(new byte[100]).Should().Be(12);

        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server);
        await tcp.GetStream().WriteAsync(StreamTests.Frame(ScriptedHandler.Query(8)));
        (await StreamTests.ReadAsync(tcp.GetStream()))[1].Should().Be(8);
    }
}
