using System.Net;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Net.Machine;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>An address that another machine holds now (SharedAddressScenarios moves one).</summary>
public sealed class SharedAddressTests
{
    private const int Port = ListenOptions.DnsPort;

    /// <summary>A documentation address (RFC 5737): no machine has it.</summary>
    private const string Elsewhere = "192.0.2.50";

    private static readonly MachineReading Machine = new(
        [new MachineInterface("eth0", 2, true, false, 1, [(IPAddress.Parse("192.168.1.2"), 24), (IPAddress.Parse("192.168.1.53"), 32)])], true);

    [Theory(Timeout = 60_000)]
    [InlineData(Elsewhere)]
    [InlineData("2001:db8::50")]
    public async Task It_is_bound_before_it_is_here_and_nothing_is_missing(string shared)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var local = new IPEndPoint(IPAddress.Parse(shared), FreePort.Find());
        await using var transport = Transport(new ListenOptions { Addresses = ["127.0.0.1:0"], SharedAddresses = [local.ToString()], UdpWorkers = 2 });

        transport.Start();

        transport.Addresses.Should().HaveCount(2).And.Contain(local);
        transport.Missing.Should().BeEmpty("keepalived gives the address to none that is not ready");
        using var about = new SharedAddresses(new ListenOptions { SharedAddresses = [local.ToString()] });
        about.Describe().Should().Equal($"shared address {shared}: not held here");
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_is_here_is_told_as_such()
    {
        var local = new IPEndPoint(IPAddress.Loopback, FreePort.Find());
        var options = new ListenOptions { Addresses = [$"127.0.0.2:{local.Port}"], SharedAddresses = [local.ToString()] };
        await using var transport = Transport(options);

        transport.Start();

        transport.Addresses.Should().Contain(local);
        using var about = new SharedAddresses(options);
        about.Describe().Should().Equal("shared address 127.0.0.1: held here");
    }

    [Fact]
    public void It_is_served_beside_all_own_addresses_or_those_that_are_named_and_once()
    {
        Wanted([]).Should().Equal(
            new ListenTarget(new IPEndPoint(IPAddress.Parse("192.168.1.2"), Port), IsTls: false, IsNamed: false),
            new ListenTarget(new IPEndPoint(IPAddress.Parse("192.168.1.53"), Port), IsTls: false, IsNamed: true, IsShared: true));
        Wanted(["192.168.1.2"]).Should().HaveCount(2).And.ContainSingle(target => target.IsShared);
        Wanted(["192.168.1.2", "192.168.1.53"]).Should().HaveCount(2).And.ContainSingle(target => target.IsShared);
        Wanted(["0.0.0.0"]).Should().ContainSingle("a wildcard has every address").Which.IsShared.Should().BeFalse();
        Wanted(["[::]"]).Should().HaveCount(2, "it has IPv6 only");
    }

    [Fact]
    public void Dns_over_TLS_is_there_too_where_it_is_asked_for()
    {
        var options = new ListenOptions { Addresses = ["192.168.1.2"], TlsAddresses = ["192.168.1.53"], SharedAddresses = ["192.168.1.53"] };

        ListenTarget.Wanted(options, Machine).Should().ContainSingle(target => target.IsTls).Which.IsShared.Should().BeTrue();
    }

    [Theory]
    [InlineData("192.168.1.530")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void What_is_not_one_address_is_refused_with_an_example(string wrong) =>
        new ListenOptions { SharedAddresses = [wrong] }.Validate().Should().ContainSingle()
            .Which.Should().Contain($"--shared-address '{wrong}'").And.Contain("192.168.1.53").And.NotContain("\n");

    private static IReadOnlyList<ListenTarget> Wanted(IList<string> listen) =>
        ListenTarget.Wanted(new ListenOptions { Addresses = listen, SharedAddresses = ["192.168.1.53"] }, Machine);

    private static DnsTransport Transport(ListenOptions options) => new(options, new EchoHandler(), NullLogger<DnsTransport>.Instance);
}
