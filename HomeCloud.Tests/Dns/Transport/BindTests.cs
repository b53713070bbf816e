using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

public class BindTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_second_server_on_the_same_port_is_refused_with_the_name_of_the_first()
    {
        await using var first = new TransportFixture(configure: options => options.UdpWorkers = 2);

        var second = async () =>
        {
            await using var transport = Transport(first.EndPoint, workers: 2);
            transport.Start();
        };

        (await second.Should().ThrowAsync<ListenException>()).Which.Message
            .Should().Contain($"(pid {Environment.ProcessId})").And.Contain("--listen").And.NotContain("\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_that_only_another_udp_server_shares_is_refused_too()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        HomeCloud.Dns.Transport.Native.SocketOption.Set(other, HomeCloud.Dns.Transport.Native.SocketOption.LevelSocket, HomeCloud.Dns.Transport.Native.SocketOption.ReusePort, 1);
        other.Bind(new IPEndPoint(IPAddress.Loopback, FreePort.Find()));

        var start = async () =>
        {
            await using var transport = Transport((IPEndPoint)other.LocalEndPoint!, workers: 2);
            transport.Start();
        };

        (await start.Should().ThrowAsync<ListenException>()).Which.Message.Should().Contain("UDP");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_of_another_machine_is_waited_for_and_named_with_those_of_this_one()
    {
        await using var transport = Transport(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), workers: 1);
        transport.Start();

        transport.Missing.Should().ContainSingle().Which.Reason
            .Should().Contain("192.0.2.1").And.Contain("127.0.0.1").And.NotContain("\n");
    }

    [Fact]
    public void The_message_about_a_missing_privilege_names_the_capability() =>
        BindProblem.Describe(new IPEndPoint(IPAddress.Loopback, 53), ProtocolType.Udp, new SocketException((int)SocketError.AccessDenied))
            .Should().Contain("CAP_NET_BIND_SERVICE").And.Contain("--listen 127.0.0.1:5300");

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.53", false)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.5", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("203.0.113.5", false)]
    [InlineData("169.254.1.1", false)]
    [InlineData("::1", true)]
    [InlineData("fd00::5", true)]
    [InlineData("fe80::1", false)]
    public void Automatic_listening_chooses_home_addresses(string address, bool chosen) =>
        LocalAddresses.IsSuitable(IPAddress.Parse(address)).Should().Be(chosen);

    private static DnsTransport Transport(IPEndPoint endPoint, int workers) => new(
        new ListenOptions { Addresses = { endPoint.ToString() }, UdpWorkers = workers },
        new EchoHandler(),
        NullLogger<DnsTransport>.Instance);
}
