using HomeCloud.Agent.Doctor;
using HomeCloud.Agent.Doctor.Facts;

namespace HomeCloud.Tests.Agent.Doctor;

public sealed class DoctorArgumentsTests
{
    [Fact]
    public void Shared_addresses_and_peers_come_from_options_and_from_the_environment()
    {
        var options = new DoctorOptions();
        var variables = new Dictionary<string, string> { ["HOMECLOUD_SHARED_ADDRESS"] = "192.168.1.53,fd00::53", ["HOMECLOUD_PEER_DNS"] = "192.168.1.3" };

        DoctorArguments.ReadEnvironmentInto(options, variables.GetValueOrDefault).Should().BeNull();
        DoctorArguments.Read(["--peer-dns", "192.168.1.4:5300"], options, new DoctorRequest()).Should().BeNull();

        options.SharedAddresses.Select(address => address.ToString()).Should().Equal("192.168.1.53:53", "[fd00::53]:53");
        options.PeerDns.Select(address => address.ToString()).Should().Equal("192.168.1.3:53", "192.168.1.4:5300");
    }

    [Fact]
    public void What_is_no_address_is_named_with_where_it_stands()
    {
        DoctorArguments.Read(["--shared-address", "cloud"], new DoctorOptions(), new DoctorRequest()).Should().Be("--shared-address 'cloud' is not a valid address (example: 192.168.1.53).");
        DoctorArguments.ReadEnvironmentInto(new DoctorOptions(), name => name == "HOMECLOUD_PEER_DNS" ? "other" : null).Should().Be("HOMECLOUD_PEER_DNS 'other' is not a valid address (example: 192.168.1.53).");
    }
}
