using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Tests.Net.Addresses;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("192.168.1.30")]
    [InlineData("0.0.0.0")]
    [InlineData("100.20.3.0")]
    [InlineData("fd00::30")]
    [InlineData("fd00::00f0")]
    [InlineData("::ffff:192.168.1.30")]
    [InlineData("fe80::1%1")]
    public void An_address_written_out_is_read_as_it_stands(string text)
    {
        AddressText.TryParse(text, out var address).Should().BeTrue();
        address.Should().Be(IPAddress.Parse(text));
        AddressText.IsMeantAsAddress(text).Should().BeTrue();
        AddressText.Advice(text).Should().BeEmpty();
    }

    [Theory]
    [InlineData("192.168.1.030")]
    [InlineData("192.168.001.1")]
    [InlineData("010.0.0.1")]
    [InlineData("192.168.1.00")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0xc0a80101")]
    [InlineData("10.1")]
    [InlineData("1")]
    [InlineData("3232235777")]
    [InlineData("192.168.1.300")]
    [InlineData("192.168.1.1.")]
    [InlineData("::ffff:192.168.1.030")]
    [InlineData("[fd00::30]")]
    [InlineData("[fd00::30]:53")]
    [InlineData("fd00::30]")]
    [InlineData("")]
    [InlineData(null)]
    public void What_another_program_may_read_otherwise_is_no_address(string? text)
    {
        AddressText.TryParse(text, out var address).Should().BeFalse();
        address.Should().BeNull();
        AddressText.TryParseNetwork($"{text}/8", out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("192.168.1.030", "192.168.1.30")]
    [InlineData("010.000.00.1", "10.0.0.1")]
    public void Advice_says_what_to_write_instead(string text, string plain) =>
        AddressText.Advice(text).Should().Contain(plain);

    [Theory]
    [InlineData("192.168.1.300")]
    [InlineData("printer")]
    [InlineData("0x7f.0.0.1")]
    public void Other_mistakes_get_no_advice_about_zeros(string text) => AddressText.Advice(text).Should().BeEmpty();

    [Theory]
    [InlineData("192.168.1.5:53", "192.168.1.5:53")]
    [InlineData("[fd00::5]:53", "[fd00::5]:53")]
    [InlineData("192.168.1.5", "192.168.1.5:0")]
    [InlineData("fd00::5", "[fd00::5]:0")]
    [InlineData("192.168.1.030:53", null)]
    [InlineData("[::ffff:192.168.1.030]:53", null)]
    [InlineData("10.1:53", null)]
    [InlineData("host:53", null)]
    [InlineData("", null)]
    public void Endpoints_are_read_as_strictly(string text, string? expected)
    {
        AddressText.TryParseEndPoint(text, out var endPoint).Should().Be(expected is not null);
        endPoint?.ToString().Should().Be(expected);
    }

    [Theory]
    [InlineData("192.168.1.0/24", true)]
    [InlineData("fd00::/64", true)]
    [InlineData("010.0.0.0/8", false)]
    [InlineData("10/8", false)]
    [InlineData("10.0.0.0", false)]
    public void Networks_are_read_as_strictly(string text, bool good) => AddressText.TryParseNetwork(text, out _).Should().Be(good);

    [Theory]
    [InlineData("http://192.168.1.30:4318/x", true)]
    [InlineData("http://192.168.1.030:4318/x", false)]
    [InlineData("http://10.1/", false)]
    [InlineData("http://[fd00::30]/", true)]
    [InlineData("http://cloud.home/", true)]
    public void A_url_whose_address_was_read_as_octal_is_found(string url, bool good) => AddressText.IsWrittenOut(new Uri(url)).Should().Be(good);
}
