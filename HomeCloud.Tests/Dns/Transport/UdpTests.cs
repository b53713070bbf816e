using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Transport.Listening;

namespace HomeCloud.Tests.Dns.Transport;

public class UdpTests
{
    private const int Timeout = 60_000;

    public static TheoryData<string, bool> AddressesAndImplementations => new()
    {
        { "127.0.0.1", false },
        { "127.0.0.1", true },
        { "::1", false },
        { "::1", true },
        { "0.0.0.0", false },
        { "0.0.0.0", true },
        { "::", false },
        { "::", true },
    };

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(AddressesAndImplementations))]
    public async Task Answers_come_back_to_whoever_asked(string address, bool managed)
    {
        await using var fixture = new TransportFixture(address, options => options.ManagedUdp = managed);
        var server = Reachable(fixture.EndPoint);
        using var client = fixture.UdpClient(server);
        var response = new byte[512];

        for (ushort id = 1; id <= 100; id++)
        {
            client.Send(ScriptedHandler.Query(id));
            client.Receive(response).Should().Be(12);
            (response[0] << 8 | response[1]).Should().Be(id);
            response[2].Should().Be(0x80);
        }

        fixture.Handler.Seen.Should().OnlyContain(seen => seen.Client == ClientAddress.From(server.Address) && seen.Transport == QueryTransport.Udp);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(AddressesAndImplementations))]
    public async Task Late_answers_find_their_way_back(string address, bool managed)
    {
        await using var fixture = new TransportFixture(address, options => options.ManagedUdp = managed);
        using var first = fixture.UdpClient(Reachable(fixture.EndPoint));
        using var second = fixture.UdpClient(Reachable(fixture.EndPoint));
        first.Send(ScriptedHandler.Query(1, ScriptedHandler.Defer));
        second.Send(ScriptedHandler.Query(2, ScriptedHandler.Defer));
        await TransportFixture.UntilAsync(() => fixture.Handler.Deferred.Count == 2);

        foreach (var (query, path) in fixture.Handler.Deferred.Reverse())
            path.Send(query);

        var response = new byte[512];
        first.Receive(response);
        response[1].Should().Be(1);
        second.Receive(response);
        response[1].Should().Be(2);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::", false)]
    [InlineData("::", true)]
    public async Task On_a_wildcard_the_reply_leaves_from_the_address_that_was_asked(string wildcard, bool managed)
    {
        await using var fixture = new TransportFixture(wildcard, options => options.ManagedUdp = managed);
        foreach (var address in AddressesToAsk(fixture.EndPoint.Address))
        {
            // A connected socket only accepts datagrams from the address it is connected to; the way back to loopback would start at loopback.
            var asked = new IPEndPoint(address, fixture.EndPoint.Port);
            using var client = fixture.UdpClient(asked, Reachable(fixture.EndPoint).Address);
            var response = new byte[512];
            client.Send(ScriptedHandler.Query(1, ScriptedHandler.Defer));
            await TransportFixture.UntilAsync(() => !fixture.Handler.Deferred.IsEmpty);
            fixture.Handler.Deferred.TryDequeue(out var late);
            late.Path.Send(late.Query);
            client.Receive(response).Should().Be(12);

            client.Send(ScriptedHandler.Query(2));
            client.Receive(response).Should().Be(12);
            fixture.Handler.Seen.TakeLast(2).Should().OnlyContain(seen => seen.Local == ClientAddress.From(asked.Address));
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_handler_that_throws_costs_one_query_only()
    {
        await using var fixture = new TransportFixture();
        using var client = fixture.UdpClient();
        client.Send(ScriptedHandler.Query(1, ScriptedHandler.Throw));
        client.Send(ScriptedHandler.Query(2));
        var response = new byte[512];
        client.Receive(response);
        response[1].Should().Be(2);
        fixture.Transport.UdpCounters.Sum(counters => counters.Failed).Should().Be(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task Short_empty_and_oversize_datagrams_do_no_harm()
    {
        await using var fixture = new TransportFixture();
        using var client = fixture.UdpClient();
        client.Send(Array.Empty<byte>());
        client.Send(new byte[] { 1 });
        client.Send(new byte[60_000]);
        client.Send(ScriptedHandler.Query(0x1234));
        var response = new byte[8192];
        client.Receive(response).Should().Be(4096, "what fits the buffer of the oversize one is handled");
        client.Receive(response).Should().Be(12);
        response[0].Should().Be(0x12);
    }

    [Fact(Timeout = Timeout)]
    public async Task Several_workers_share_the_port_and_answer_many_clients()
    {
        await using var fixture = new TransportFixture(configure: options => options.UdpWorkers = 3);
        var response = new byte[512];
        for (ushort id = 0; id < 64; id++)
        {
            using var client = fixture.UdpClient();
            client.Send(ScriptedHandler.Query(id));
            client.Receive(response).Should().Be(12);
        }

        fixture.Transport.UdpCounters.Should().HaveCount(3).And.OnlyContain(counters => counters.Received > 0);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stop_answers_what_was_taken_and_waits_for_late_answers()
    {
        await using var fixture = new TransportFixture();
        using var client = fixture.UdpClient();
        client.Send(ScriptedHandler.Query(1, ScriptedHandler.Defer));
        for (ushort id = 2; id <= 40; id++)
            client.Send(ScriptedHandler.Query(id));
        await TransportFixture.UntilAsync(() => fixture.Handler.Deferred.Count == 1);

        var stop = fixture.Transport.StopAsync();
        fixture.Handler.Deferred.TryDequeue(out var late);
        late.Path.Send(late.Query);
        await stop.WaitAsync(TransportFixture.Deadline);

        var ids = new List<int>();
        var response = new byte[512];
        while (ids.Count < 40)
        {
            client.Receive(response);
            ids.Add(response[1]);
        }

        ids.Should().BeEquivalentTo(Enumerable.Range(1, 40));
    }

    [Fact(Timeout = Timeout)]
    public async Task An_answer_after_the_stop_is_no_error()
    {
        await using var fixture = new TransportFixture(configure: options => options.StopGrace = TimeSpan.Zero);
        using var client = fixture.UdpClient();
        client.Send(ScriptedHandler.Query(1, ScriptedHandler.Defer));
        await TransportFixture.UntilAsync(() => fixture.Handler.Deferred.Count == 1);
        await fixture.Transport.StopAsync();
        fixture.Handler.Deferred.TryDequeue(out var late);

        var send = () => late.Path.Send(late.Query);

        send.Should().NotThrow();
    }

    private static IEnumerable<IPAddress> AddressesToAsk(IPAddress wildcard) => wildcard.Equals(IPAddress.Any)
        ? [.. Enumerable.Range(1, 5).Select(last => new IPAddress([127, 0, 9, (byte)last])), IPAddress.Loopback]
        : [.. LocalAddresses.All().Where(address => address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: false }).Except([IPAddress.IPv6Loopback]), IPAddress.IPv6Loopback];

    private static IPEndPoint Reachable(IPEndPoint local) => new(
        local.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : local.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : local.Address,
        local.Port);
}
