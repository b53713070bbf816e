using HomeCloud.Net.Addresses;

namespace HomeCloud.Tests.Net.Addresses;

public class ListenAddressTests
{
    [Theory]
    [InlineData("192.168.1.5", "192.168.1.5:53")]
    [InlineData("192.168.1.5:5353", "192.168.1.5:5353")]
    [InlineData(" 127.0.0.1:0 ", "127.0.0.1:0")]
    [InlineData("::1", "[::1]:53")]
    [InlineData("[::1]", "[::1]:53")]
    [InlineData("[fd00::5]:853", "[fd00::5]:853")]
    [InlineData("fd00::5:853", "[fd00::5:853]:53")]
    public void Reads_what_people_write(string text, string expected)
    {
        ListenAddress.TryParse(text, 53, out var endPoint).Should().BeTrue();
        endPoint.ToString().Should().Be(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("localhost:53")]
    [InlineData("192.168.1.5:")]
    [InlineData("192.168.1.5:65536")]
    [InlineData("192.168.1.5:-1")]
    [InlineData("192.168.1:53")]
    [InlineData("0x7f.1")]
    [InlineData("53")]
    [InlineData(":53")]
    [InlineData("[::1]:x")]
    public void Refuses_the_rest(string? text) => ListenAddress.TryParse(text, 53, out _).Should().BeFalse();
}
