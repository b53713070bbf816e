using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Tests.Net.Addresses;

public sealed class PrivateAddressesTests
{
    [Theory]
    [InlineData("10.1.2.3"), InlineData("172.16.0.1"), InlineData("172.31.255.255"), InlineData("192.168.1.1")]
    [InlineData("127.0.0.1"), InlineData("169.254.1.1"), InlineData("0.0.0.0"), InlineData("100.64.0.1")]
    [InlineData("::"), InlineData("::1"), InlineData("::ffff:192.168.1.1"), InlineData("64:ff9b::c0a8:101")]
    [InlineData("fd00::1"), InlineData("fc12::1"), InlineData("fe80::1"), InlineData("fec0::1")]
    public void Private(string address) => PrivateAddresses.Contains(IPAddress.Parse(address).GetAddressBytes()).Should().BeTrue();

    [Theory]
    [InlineData("1.1.1.1"), InlineData("172.15.255.255"), InlineData("172.32.0.0"), InlineData("192.169.0.0"), InlineData("11.0.0.0")]
    [InlineData("100.63.255.255"), InlineData("100.128.0.0"), InlineData("126.255.255.255"), InlineData("169.253.0.1")]
    [InlineData("2001:db8::1"), InlineData("::ffff:8.8.8.8"), InlineData("64:ff9b::808:808"), InlineData("fe00::1"), InlineData("ff02::1")]
    public void Public(string address) => PrivateAddresses.Contains(IPAddress.Parse(address).GetAddressBytes()).Should().BeFalse();
}
