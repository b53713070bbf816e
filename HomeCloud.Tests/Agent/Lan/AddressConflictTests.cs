using System.Net;
using HomeCloud.Agent.Lan;

namespace HomeCloud.Tests.Agent.Lan;

/// <summary>Address conflict detection, RFC 5227 §2.1.1; CreateByNameScenarios has it on a LAN.</summary>
public sealed class AddressConflictTests
{
    private static readonly byte[] Ours = [2, 0, 0, 0, 0, 1];
    private static readonly byte[] Other = [0x3e, 0x11, 0x22, 0x33, 0x44, 0x55];
    private static readonly IPAddress Wanted = IPAddress.Parse("192.168.1.140");

    public static TheoryData<string, byte[], bool> Frames => new()
    {
        { "its owner answers", Arp(2, Other, "192.168.1.140", "0.0.0.0"), true },
        { "its owner asks for another", Arp(1, Other, "192.168.1.140", "192.168.1.1"), true },
        { "its owner announces it", Arp(1, Other, "192.168.1.140", "192.168.1.140"), true },
        { "another is about to take it", Arp(1, Other, "0.0.0.0", "192.168.1.140"), true },
        { "our own probe, seen as it leaves", Arp(1, Ours, "0.0.0.0", "192.168.1.140"), false },
        { "somebody asks for it and has another", Arp(1, Other, "192.168.1.50", "192.168.1.140"), false },
        { "another is about to take another", Arp(1, Other, "0.0.0.0", "192.168.1.141"), false },
        { "the owner of another answers", Arp(2, Other, "192.168.1.141", "192.168.1.50"), false },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Tells_who_has_it(string what, byte[] frame, bool isTaken)
    {
        AddressConflict.Find(frame, Ours, Wanted).Should().Be(isTaken ? "3e:11:22:33:44:55" : null, what);
        for (var length = 0; length < frame.Length; length++)
            AddressConflict.Find(frame.AsSpan(0, length), Ours, Wanted).Should().BeNull("it is cut after {0} octets", length);
    }

    [Fact]
    public void A_probe_has_no_sender_so_that_no_device_remembers_it() =>
        AddressConflict.Probe(Ours, Wanted).Should().Equal(Arp(1, Ours, "0.0.0.0", "192.168.1.140"));

    [Fact]
    public void Any_octets_at_all_are_read()
    {
        var random = new Random(20261130);
        for (var i = 0; i < 20_000; i++)
        {
            var frame = Arp(random.Next(4), Other, "192.168.1.140", "0.0.0.0");
            frame[random.Next(frame.Length)] = (byte)random.Next(256);
            AddressConflict.Find(frame.AsSpan(0, random.Next(frame.Length + 1)), Ours, Wanted);
        }
    }

    private static byte[] Arp(int operation, byte[] mac, string sender, string target) =>
    [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. mac, 8, 6,
        0, 1, 8, 0, 6, 4, 0, (byte)operation,
        .. mac, .. IPAddress.Parse(sender).GetAddressBytes(),
        0, 0, 0, 0, 0, 0, .. IPAddress.Parse(target).GetAddressBytes(),
    ];
}
