using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Stub;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Agent.Lan;

public sealed class LanMessageTests
{
    [Fact]
    public void A_dhcp_offer_tells_address_router_dns_and_search_name()
    {
        var offer = Offer([53, 1, 2, 54, 4, 192, 168, 1, 1, 3, 4, 192, 168, 1, 1, 6, 8, 192, 168, 1, 53, 9, 9, 9, 9, 15, 4, (byte)'h', (byte)'o', (byte)'m', (byte)'e', 255]);

        DhcpMessage.TryReadOffer(offer, 7, out var read).Should().BeTrue();

        read!.Address.ToString().Should().Be("192.168.1.120");
        read.DnsServers.Select(server => server.ToString()).Should().Equal("192.168.1.53", "9.9.9.9");
        read.SearchName.Should().Be("home");
    }

    [Fact]
    public void Other_messages_and_every_cut_are_no_offer()
    {
        var offer = Offer([53, 1, 2, 6, 4, 192, 168, 1, 53, 255]);

        DhcpMessage.TryReadOffer(offer, 8, out _).Should().BeFalse("it answers somebody else");
        DhcpMessage.TryReadOffer(Offer([53, 1, 5, 255]), 7, out _).Should().BeFalse("it is an acknowledgement");
        for (var length = 0; length < offer.Length - 8; length++)
            DhcpMessage.TryReadOffer(offer.AsSpan(0, length), 7, out _).Should().BeFalse();
    }

    [Fact]
    public void Router_advertisements_tell_their_dns_servers()
    {
        byte[] message = [134, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 25, 3, 0, 0, 0, 0, 7, 8, .. IPAddress.Parse("fd00::1").GetAddressBytes()];

        RouterAdvertisement.DnsServers(message).Should().Equal(IPAddress.Parse("fd00::1"));
        for (var length = 0; length < message.Length; length++)
            RouterAdvertisement.DnsServers(message.AsSpan(0, length)).Should().BeEmpty();
    }

    [Fact]
    public void An_answer_is_read_through_its_compression_and_every_cut_is_harmless()
    {
        var question = StubMessage.Question(0x1234, "check.home", RecordType.Txt);
        byte[] answer = [.. question, 0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 5, 0, 6, 2, (byte)'h', (byte)'i', 2, (byte)'!', (byte)'?', 0xC0, 18, 0, 6, 0, 1, 0, 0, 0, 5, 0, 1, 0];
        (answer[2], answer[3], answer[7], answer[9]) = (0x84, 3, 1, 1);

        StubMessage.TryRead(answer, question, TimeSpan.Zero, out var reply).Should().BeTrue();

        reply!.Texts.Should().Equal("hi; !?");
        reply.SoaOwner.Should().Be("home.");
        reply.CodeText.Should().Be("NXDOMAIN");
        for (var length = 0; length < answer.Length; length++)
            StubMessage.TryRead(answer.AsSpan(0, length), question, TimeSpan.Zero, out _);
    }

    [Fact]
    public void Compression_loops_end()
    {
        var question = StubMessage.Question(1, "a.home", RecordType.A);
        byte[] answer = [.. question, 0xC0, (byte)question.Length, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 1, 2, 3, 4];
        (answer[2], answer[7]) = (0x84, 1);

        StubMessage.TryRead(answer, question, TimeSpan.Zero, out var reply).Should().BeTrue();
        reply!.Addresses.Should().BeEmpty();
    }

    [Fact]
    public void The_default_route_of_the_lowest_metric_counts()
    {
        string[] table =
        [
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0",
            "br0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
            "br0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0",
        ];

        LanReader.DefaultRoute(table).Should().Be((IPAddress.Parse("192.168.1.1"), "br0"));
    }

    [Theory]
    [InlineData("3500007F", "127.0.0.53")]
    [InlineData("0000000000000000FFFF00000100007F", "::ffff:127.0.0.1")]
    public void Addresses_of_the_socket_tables_are_in_host_order(string hex, string expected) =>
        PortHolders.ParseAddress(hex).Should().Be(IPAddress.Parse(expected));

    private static byte[] Offer(byte[] options)
    {
        var message = new byte[240];
        message[0] = 2;
        message[7] = 7;
        new byte[] { 192, 168, 1, 120 }.CopyTo(message, 16);
        new byte[] { 0x63, 0x82, 0x53, 0x63 }.CopyTo(message, 236);
        return [.. message, .. options];
    }
}
