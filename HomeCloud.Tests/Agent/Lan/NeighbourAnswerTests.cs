using System.Buffers.Binary;
using System.Net;
using HomeCloud.Agent.Lan;

namespace HomeCloud.Tests.Agent.Lan;

public sealed class NeighbourAnswerTests
{
    private static readonly byte[] Caller = [2, 0, 0, 0, 0, 0xaa];
    private static readonly byte[] Owner = [2, 0, 0, 0, 0, 0x01];

    [Fact]
    public void By_ARP_it_is_a_reply_to_the_caller_alone()
    {
        var answer = NeighbourAnswer.Create(new CallingFrame(IPAddress.Parse("192.168.7.20"), IPAddress.Parse("192.168.7.50"), Caller, "ARP"), Owner);

        Convert.ToHexStringLower(answer).Should().Be(
            "0200000000aa" + "020000000001" + "0806" + "0001" + "0800" + "06" + "04" + "0002"
            + "020000000001" + "c0a80714" + "0200000000aa" + "c0a80732");
    }

    [Fact]
    public void By_ND_it_is_a_solicited_advertisement_with_the_link_layer_address()
    {
        var (owner, caller) = (IPAddress.Parse("fd00::20"), IPAddress.Parse("fd00::50"));

        var answer = NeighbourAnswer.Create(new CallingFrame(owner, caller, Caller, "ND"), Owner);

        Convert.ToHexStringLower(answer[..14]).Should().Be("0200000000aa" + "020000000001" + "86dd");
        var packet = answer.AsSpan(14);
        packet[7].Should().Be(255, "RFC 4861 §7.1.2: with less it was forwarded, and is thrown away");
        BinaryPrimitives.ReadUInt16BigEndian(packet[4..]).Should().Be((ushort)(packet.Length - 40));
        new IPAddress(packet.Slice(8, 16)).Should().Be(owner);
        new IPAddress(packet.Slice(24, 16)).Should().Be(caller);
        var message = packet[40..];
        (message[0], message[1], message[4]).Should().Be((136, 0, 0x60));
        new IPAddress(message.Slice(8, 16)).Should().Be(owner);
        message[24..].ToArray().Should().Equal([2, 1, .. Owner]);
        Sum([.. packet.Slice(8, 32), 0, 0, 0, (byte)message.Length, 0, 0, 0, 58, .. message]).Should().Be(0xffff, "RFC 4443 §2.3");
    }

    [Theory]
    [InlineData("")]
    [InlineData("02:00:00:00:00")]
    [InlineData("02:00:00:00:00:01:02")]
    [InlineData("02:00:00:00:00:+1")]
    [InlineData("0200.0000.0001")]
    public void A_link_layer_address_that_is_none_is_not_read(string text) => HomeCloud.Net.Addresses.LinkLayerAddress.Octets(text).Should().BeNull();

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (var i = 0; i < octets.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return sum;
    }
}
