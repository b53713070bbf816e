using System.Buffers.Binary;
using System.Net;
using HomeCloud.Agent.Lan;

namespace HomeCloud.Tests.Agent.Lan;

public sealed class AddressAnnouncementTests
{
    private static readonly byte[] Owner = [2, 0, 0, 0, 0, 0x01];
    private static readonly byte[] Mac = [2, 0, 0, 0, 0, 0xaa];

    [Fact]
    public void By_ARP_the_owner_is_announced_and_asked()
    {
        var frames = AddressAnnouncement.Create(IPAddress.Parse("192.168.7.20"), Owner, Mac);

        frames.Select(Convert.ToHexStringLower).Should().Equal(
            "ffffffffffff" + "0200000000aa" + "0806" + "0001" + "0800" + "06" + "04" + "0001"
            + "020000000001" + "c0a80714" + "000000000000" + "c0a80714",
            "ffffffffffff" + "0200000000aa" + "0806" + "0001" + "0800" + "06" + "04" + "0001"
            + "0200000000aa" + "00000000" + "000000000000" + "c0a80714");
        CallingFrame.Read(frames[0]).Should().BeNull("it wakes nobody");
        CallingFrame.Read(frames[1]).Should().BeNull("it wakes nobody");
    }

    [Fact]
    public void By_ND_the_owner_is_asked_by_nobody_so_that_it_tells_all()
    {
        var address = IPAddress.Parse("fd00::1:2345:6789");

        var frame = AddressAnnouncement.Create(address, Owner, Mac).Should().ContainSingle().Subject;

        Convert.ToHexStringLower(frame[..14]).Should().Be("3333ff456789" + "0200000000aa" + "86dd");
        var packet = frame.AsSpan(14);
        (packet[0], packet[6], packet[7]).Should().Be((0x60, 58, 255), "RFC 4861 §7.1.1");
        BinaryPrimitives.ReadUInt16BigEndian(packet[4..]).Should().Be((ushort)(packet.Length - 40));
        new IPAddress(packet.Slice(8, 16)).Should().Be(IPAddress.IPv6Any, "RFC 4862 §5.4.2");
        new IPAddress(packet.Slice(24, 16)).Should().Be(IPAddress.Parse("ff02::1:ff45:6789"));
        var message = packet[40..].ToArray();
        message[0].Should().Be(135);
        new IPAddress(message.AsSpan(8, 16)).Should().Be(address);
        var sum = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(2));
        message.AsSpan(2, 2).Clear();
        sum.Should().Be(IcmpChecksum.Of(packet.Slice(8, 16), packet.Slice(24, 16), message));
        CallingFrame.Read(frame).Should().BeNull("it wakes nobody");
    }
}
