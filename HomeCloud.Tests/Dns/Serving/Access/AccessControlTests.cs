using System.Net;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Machine;

namespace HomeCloud.Tests.Dns.Serving.Access;

public class AccessControlTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.255.255.255", true)]
    [InlineData("11.0.0.0", false)]
    [InlineData("172.15.255.255", false)]
    [InlineData("172.16.0.0", true)]
    [InlineData("192.168.255.255", true)]
    [InlineData("169.254.1.1", true)]
    [InlineData("100.63.255.255", false)]
    [InlineData("100.64.0.0", true)]
    [InlineData("100.127.255.255", true)]
    [InlineData("100.128.0.0", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::1", true)]
    [InlineData("::2", false)]
    [InlineData("fe80::1", true)]
    [InlineData("febf::1", true)]
    [InlineData("fec0::1", false)]
    [InlineData("fdff::1", true)]
    [InlineData("2001:db8::1", false)]
    [InlineData("::ffff:192.168.1.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    public void By_default_only_near_addresses_may_ask(string address, bool allowed)
    {
        var access = new AccessControl(new AccessOptions(), Machine());
        access.MayAsk(Client(address)).Should().Be(allowed);
    }

    [Fact]
    public void Attached_networks_may_ask()
    {
        var access = new AccessControl(new AccessOptions(), Machine(("203.0.113.5", 24)));
        access.MayAsk(Client("203.0.113.200")).Should().BeTrue();
        access.MayAsk(Client("203.0.114.1")).Should().BeFalse();
    }

    [Fact]
    public void Anybody_means_everybody_and_warns()
    {
        var options = new AccessOptions();
        options.Warnings().Should().BeEmpty();
        options.AllowFrom.Add(AccessOptions.Anybody);
        var access = new AccessControl(options, Machine());
        access.MayAsk(Client("8.8.8.8")).Should().BeTrue();
        access.MayAsk(Client("2001:db8::1")).Should().BeTrue();
        access.Transfers.Contains(Client("8.8.8.8")).Should().BeFalse("a zone is more than an answer");
        options.Warnings().Should().ContainSingle().Which.Should().Contain("open resolver");
    }

    [Fact]
    public void This_machine_s_own_networks_are_found()
    {
        var access = new AccessControl(new AccessOptions());
        access.MayAsk(Client("127.0.0.1")).Should().BeTrue();
        access.MayAsk(Client("8.8.8.8")).Should().BeFalse();
    }

    [Theory]
    [InlineData("203.0.113.0/24", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("::/0", true)]
    [InlineData("203.0.113.0/33", false)]
    [InlineData("203.0.113.0/-1", false)]
    [InlineData("203.0.113.0/x", false)]
    [InlineData("home", false)]
    public void Networks_are_read_or_refused_with_a_message(string text, bool valid)
    {
        var options = new AccessOptions();
        options.AllowFrom.Add(text);
        options.Validate().Any().Should().Be(!valid);
    }

    [Fact]
    public void Networks_come_and_go_with_the_machine_s_addresses()
    {
        var access = new AccessControl(new AccessOptions(), Machine(("192.168.1.5", 24)));
        access.Follow(Machine(("192.168.1.5", 24), ("2001:db8:1::5", 64)));
        access.MayAsk(Client("2001:db8:1::9")).Should().BeTrue("the provider gave us this prefix");

        access.Follow(Machine(("2001:db8:2::5", 64)) with { IsComplete = false });
        access.MayAsk(Client("2001:db8:1::9")).Should().BeTrue("what could not be read may be there");
        access.MayAsk(Client("2001:db8:2::9")).Should().BeTrue();

        access.Follow(Machine(("2001:db8:2::5", 64)));
        access.MayAsk(Client("2001:db8:1::9")).Should().BeFalse("it is somebody else's now");
    }

    private static MachineReading Machine(params (string Address, int Length)[] addresses) =>
        new([new MachineInterface("eth0", 2, true, false, 1, [.. addresses.Select(address => (IPAddress.Parse(address.Address), address.Length))])], true);

    private static ClientAddress Client(string address) => ClientAddress.From(IPAddress.Parse(address));
}
