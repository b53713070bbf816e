using System.Net;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Serving.Access;

public class ServerCookiesTests
{
    private static readonly ClientAddress Client = ClientAddress.From(IPAddress.Parse("198.51.100.100"));
    private static readonly ServerCookies Cookies = new(Convert.FromHexString("e5e973e5a6b2a43f48e7dc849e37bfcf"));

    [Fact]
    public void RFC_9018_appendix_A_1_learning_a_new_server_cookie()
    {
        var value = new byte[ServerCookies.Length];
        Cookies.Write(value, new EdnsQuery { Present = true, HasCookie = true, ClientCookie = 0x2464c4abcf10c957 }, Client, 0x5cf79f11);
        Convert.ToHexString(value).Should().BeEquivalentTo("2464c4abcf10c957010000005cf79f111f8130c3eee29480");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_cookie_is_good_for_an_hour(int age, bool valid) =>
        Cookies.IsValid(Known, Client, (uint)(0x5cf79f11 + age)).Should().Be(valid);

    [Fact]
    public void A_cookie_belongs_to_one_client_address()
    {
        Cookies.IsValid(Known, ClientAddress.From(IPAddress.Parse("198.51.100.101")), 0x5cf79f11).Should().BeFalse();
        Cookies.IsValid(Known with { ClientCookie = 1 }, Client, 0x5cf79f11).Should().BeFalse();
        new ServerCookies().IsValid(Known, Client, 0x5cf79f11).Should().BeFalse("another secret made it");
    }

    [Theory]
    [InlineData(60, 0x5cf79f11u)]
    [InlineData(1801, 0x5cf79f11u + 1801)]
    public void A_fresh_cookie_is_kept_and_an_older_one_renewed(int age, uint timestamp)
    {
        var value = new byte[ServerCookies.Length];
        Cookies.Write(value, Known, Client, (uint)(0x5cf79f11 + age));
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(value.AsSpan(12)).Should().Be(timestamp);
    }

    [Fact]
    public void IPv6_clients_have_cookies_too()
    {
        var client = ClientAddress.From(IPAddress.Parse("2001:db8:220:1:59de:d0f4:8769:82b8"));
        var value = new byte[ServerCookies.Length];
        var cookies = new ServerCookies(Convert.FromHexString("445536bcd2513298075a5d379663c962"));
        cookies.Write(value, new EdnsQuery { HasCookie = true, ClientCookie = 0x22681ab97d52c298 }, client, 0x5cf7c609);
        Convert.ToHexString(value).Should().BeEquivalentTo("22681ab97d52c298010000005cf7c609a6bb79d16625507a", "RFC 9018 appendix A.4");
    }

    private static EdnsQuery Known => new()
    {
        Present = true,
        HasCookie = true,
        ClientCookie = 0x2464c4abcf10c957,
        ServerCookieLength = 16,
        ServerCookieHigh = 0x010000005cf79f11,
        ServerCookieLow = 0x1f8130c3eee29480,
    };
}
