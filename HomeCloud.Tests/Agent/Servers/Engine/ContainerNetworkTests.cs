using System.Net;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Tests.Agent.Servers.Engine;

public sealed class ContainerNetworkTests
{
    private const string Head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    [Theory]
    [InlineData("8001A8C0:0016 3201A8C0:C350 01 00000000:00000000", 1)] // an ssh session
    [InlineData("8001A8C0:0016 3201A8C0:C350 03 00000000:00000000", 1)] // on its way
    [InlineData("8001A8C0:0016 3201A8C0:C350 04 00000010:00000000", 1)] // closed here, not all sent
    [InlineData("8001A8C0:0016 3201A8C0:C350 04 00000000:00000000", 0)]
    [InlineData("8001A8C0:0016 3201A8C0:C350 08 00000000:00000000", 0)] // left over
    [InlineData("8001A8C0:0016 3201A8C0:C350 06 00000000:00000000", 0)] // TIME_WAIT
    [InlineData("00000000:0016 00000000:0000 0A 00000000:00000000", 0)] // listens
    [InlineData("0100007F:0016 0100007F:C350 01 00000000:00000000", 0)] // itself
    [InlineData("8001A8C0:0016 8001A8C0:C350 01 00000000:00000000", 0)] // itself, by its address
    [InlineData("0000000000000000FFFF00008001A8C0:0016 0000000000000000FFFF00003201A8C0:C350 01 00000000:00000000", 1)]
    [InlineData("0000000000000000FFFF00000100007F:0016 0000000000000000FFFF00000100007F:C350 01 00000000:00000000", 0)]
    [InlineData("00000000000000000000000001000000:0016 00000000000000000000000001000000:C350 01 00000000:00000000", 0)]
    [InlineData("0DC177FD01000000000000000000C000:0016 0DC177FD010000000000000050000000:C350 01 00000000:00000000", 1)]
    [InlineData("nonsense", 0)]
    public void Connections_with_other_hosts_count(string line, int expected) =>
        ContainerNetwork.Connections(Head + "   0: " + line + " 00:00000000 00000000     0        0 1 1\n").Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("cat: not found")]
    public void What_is_no_table_says_nothing(string text) => ContainerNetwork.Connections(text).Should().BeNull();

    [Fact]
    public void Unicast_packets_on_the_wire_count()
    {
        const string Dev = "Inter-|   Receive\n face |bytes    packets\n    lo:    1000      10    0    0\n  eth0:  9000      90    0\n";
        const string Snmp = "Ip: Forwarding DefaultTTL InReceives OutRequests\nIp: 1 64 100 60\nTcp: RtoAlgorithm\nTcp: 1\n";
        const string Netstat = "TcpExt: SyncookiesSent\nTcpExt: 0\nIpExt: InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts\nIpExt: 30 2 10 0\n";
        const string Snmp6 = "Ip6InReceives                   \t50\nIp6OutRequests \t20\nIp6InMcastPkts \t40\nIp6OutMcastPkts \t10\n";

        ContainerNetwork.Packets(Dev, Snmp, Netstat, Snmp6).Should().Be(100 + 60 - 42 + 50 + 20 - 50 - 20);
        ContainerNetwork.Packets("", "", "", "").Should().Be(0);
    }

    [Fact]
    public void A_namespace_is_the_containers_if_it_has_its_address()
    {
        const string Trie = "Local:\n  +-- 192.168.1.0/24 2 0 2\n        |-- 192.168.1.12\n           /32 host LOCAL\n        |-- 192.168.1.128\n           /24 link UNICAST\n";

        ContainerNetwork.HasAddress(Trie, "", [IPAddress.Parse("192.168.1.12")]).Should().BeTrue();
        ContainerNetwork.HasAddress(Trie, "", [IPAddress.Parse("192.168.1.1")]).Should().BeFalse();
        ContainerNetwork.HasAddress(Trie, "", [IPAddress.Parse("192.168.1.128")]).Should().BeFalse("that is a route");
        ContainerNetwork.HasAddress("", "fd77c10d00000001000000000000c000 02 40 00 80     eth0\n", [IPAddress.Parse("fd77:c10d:0:1::c000")]).Should().BeTrue();
    }
}
