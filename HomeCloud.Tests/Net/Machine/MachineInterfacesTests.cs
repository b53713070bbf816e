using System.Net.NetworkInformation;
using HomeCloud.Net.Machine;

namespace HomeCloud.Tests.Net.Machine;

/// <summary>What System.Net throws while interfaces vanish; NetworkFollowScenarios has real ones.</summary>
public sealed class MachineInterfacesTests
{
    [Fact]
    public void This_machine_has_a_loopback()
    {
        var reading = MachineInterfaces.Read();

        reading.IsComplete.Should().BeTrue();
        reading.Interfaces.Should().ContainSingle(found => found.IsLoopback).Which.Addresses.Should().Contain((System.Net.IPAddress.Loopback, 8));
    }

    [Fact]
    public void An_enumeration_that_fails_is_done_again()
    {
        var calls = 0;

        var reading = MachineInterfaces.Read(() => ++calls < 3 ? throw new NetworkInformationException(19) : []);

        reading.IsComplete.Should().BeTrue();
        calls.Should().Be(3);
    }

    [Fact]
    public void One_that_vanishes_halfway_costs_only_itself()
    {
        var loopback = NetworkInterface.GetAllNetworkInterfaces().Single(adapter => adapter.NetworkInterfaceType == NetworkInterfaceType.Loopback);

        var reading = MachineInterfaces.Read(() => [new Vanished(), loopback]);

        reading.IsComplete.Should().BeFalse("what is not listed may be there");
        reading.Interfaces.Should().ContainSingle().Which.Name.Should().Be("lo");
    }

    [Fact]
    public void One_that_can_never_be_read_is_no_exception() =>
        MachineInterfaces.Read(() => throw new FileNotFoundException("/sys/class/net/veth0/mtu")).Should().BeSameAs(MachineReading.Nothing);

    [Theory]
    [InlineData(7, 0)]
    [InlineData(0, 7)]
    [InlineData(7, 7)]
    public void An_interface_has_a_number_whichever_family_it_has(int six, int four) =>
        new MachineInterface("eth0", six, IsUp: true, IsLoopback: false, Gateways: 0, []) { IPv4Index = four }.Number.Should().Be(7);

    private sealed class Vanished : NetworkInterface
    {
        public override string Name => "veth0";

        public override IPInterfaceProperties GetIPProperties() => throw new FileNotFoundException("/proc/sys/net/ipv4/conf/veth0/forwarding");
    }
}
