using System.Net;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab.Network;

public sealed class LanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Servers_share_no_container_address(int servers)
    {
        var ranges = Enumerable.Range(0, servers).Select(i => IPNetwork.Parse(Lan.Containers4(i, servers))).ToList();

        foreach (var range in ranges)
        {
            IPNetwork.Parse(Lan.Prefix4).Contains(range.BaseAddress).Should().BeTrue();
            ranges.Where(r => r.Contains(range.BaseAddress)).Should().ContainSingle();
        }
    }

    [Fact]
    public void No_machine_has_an_address_of_the_containers()
    {
        var range = IPNetwork.Parse(Lan.Containers4(0, 1));

        ((string[])[Lan.Router4, Lan.Laptop4, .. Enumerable.Range(0, LabOptions.MostServers).Select(Lan.Server4)])
            .Should().NotContain(a => range.Contains(IPAddress.Parse(a)));
    }
}
