using System.Buffers.Binary;
using System.Net;
using HomeCloud.Agent.Lan;

namespace HomeCloud.Tests.Agent.Lan;

/// <summary>What passes the filter is what calls a sleeping server, run by an interpreter of our own; SleepScenarios has the kernel's.</summary>
public sealed class PacketFilterTests
{
    private const string Four = "192.168.1.20";
    private const string Six = "fd00::1:20";
    private static readonly IPAddress[] Sleepers = [IPAddress.Parse("192.168.1.19"), IPAddress.Parse(Four), IPAddress.Parse("fd00::1:19"), IPAddress.Parse(Six)];

    public static TheoryData<string, byte[], string?> Frames => new()
    {
        { "a question for it", Arp(1, "192.168.1.50", Four), "ARP" },
        { "a question for another", Arp(1, "192.168.1.50", "192.168.1.21"), null },
        { "an answer", Arp(2, "192.168.1.50", Four), null },
        { "a probe (RFC 5227)", Arp(1, "0.0.0.0", Four), null },
        { "is it still there, by ARP", ToItsMac(Arp(1, "192.168.1.50", Four)), null },
        { "is it still there, by ND", ToItsMac(Solicitation("fd00::50", Six)), null },
        { "SYN to its MAC", ToItsMac(IPv4(6, "192.168.1.50", Four, Tcp(0x02))), "TCP" },
        { "an announcement", Arp(1, Four, Four), null },
        { "SYN", IPv4(6, "192.168.1.50", Four, Tcp(0x02)), "TCP" },
        { "SYN with ECN", IPv4(6, "192.168.1.50", Four, Tcp(0xc2)), "TCP" },
        { "SYN behind IP options", IPv4(6, "192.168.1.50", Four, Tcp(0x02), options: 8), "TCP" },
        { "SYN ACK", IPv4(6, "192.168.1.50", Four, Tcp(0x12)), null },
        { "FIN ACK of an old connection", IPv4(6, "192.168.1.50", Four, Tcp(0x11)), null },
        { "RST", IPv4(6, "192.168.1.50", Four, Tcp(0x04)), null },
        { "UDP", IPv4(17, "192.168.1.50", Four, new byte[8]), "UDP" },
        { "a later fragment", IPv4(17, "192.168.1.50", Four, new byte[8], fragment: 100), null },
        { "UDP for another", IPv4(17, "192.168.1.50", "192.168.1.99", new byte[8]), null },
        { "ping", IPv4(1, "192.168.1.50", Four, [8, 0, 0, 0, 0, 0, 0, 0]), "ping" },
        { "pong", IPv4(1, "192.168.1.50", Four, new byte[8]), null },
        { "IGMP", IPv4(2, "192.168.1.50", Four, new byte[8]), null },
        { "a solicitation", Solicitation("fd00::50", Six), "ND" },
        { "a solicitation for another", Solicitation("fd00::50", "fd00::1:21"), null },
        { "duplicate address detection", Solicitation("::", Six), null },
        { "SYN by IPv6", IPv6(6, "fd00::50", Six, Tcp(0x02)), "TCP" },
        { "RST by IPv6", IPv6(6, "fd00::50", Six, Tcp(0x04)), null },
        { "UDP by IPv6", IPv6(17, "fd00::50", Six, new byte[8]), "UDP" },
        { "ping by IPv6", IPv6(58, "fd00::50", Six, [128, 0, 0, 0, 0, 0, 0, 0]), "ping" },
        { "an advertisement", IPv6(58, "fd00::50", Six, [136, 0, 0, 0, 0, 0, 0, 0]), null },
        { "LLDP", Ethernet(0x88cc, new byte[46]), null },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Passes_what_calls_a_sleeper(string what, byte[] frame, string? called)
    {
        Passes(PacketFilter.Create(Sleepers), frame).Should().Be(called is not null, what);
        if (called is null)
            return;
        var read = CallingFrame.Read(frame)!;
        read.What.Should().Be(called);
        read.Target.ToString().Should().BeOneOf(Four, Six);
        read.Sender.ToString().Should().BeOneOf("192.168.1.50", "fd00::50");
        Convert.ToHexString(read.Mac).Should().Be("0200000000AA");
    }

    [Fact]
    public void Very_many_addresses_make_a_program_that_a_kernel_takes()
    {
        foreach (var count in new[] { 0, 1, 75, 150, 5000 })
        {
            var many = Enumerable.Range(0, count).Select(i => new IPAddress([10, 0, (byte)(i / 250), (byte)(i % 250)])).Append(IPAddress.Parse(Four)).Concat(Enumerable.Range(0, count).Select(_ => IPAddress.Parse(Six))).ToList();
            var program = PacketFilter.Create(many);

            (program.Length / 8).Should().BeLessThanOrEqualTo(4096);
            Passes(program, Arp(1, "192.168.1.50", Four)).Should().BeTrue();
        }
    }

    [Fact]
    public void All_requests_of_a_suspect_pass_and_nobody_elses()
    {
        var filter = PacketFilter.Create(Sleepers, [2, 0, 0, 0, 0, 0xaa]);

        Passes(filter, Arp(1, "192.168.1.50", "192.168.1.99")).Should().BeTrue();
        Passes(PacketFilter.Create(Sleepers, [2, 0, 0, 0, 0, 0xab]), Arp(1, "192.168.1.50", "192.168.1.99")).Should().BeFalse();
        Passes(filter, Arp(1, "0.0.0.0", "192.168.1.99")).Should().BeFalse();
    }

    [Fact]
    public void Any_octets_at_all_are_read_without_harm()
    {
        var random = new Random(19);
        foreach (var frame in Frames.Select(row => (byte[])row[1]))
        {
            for (var length = 0; length <= frame.Length; length++)
                CallingFrame.Read(frame.AsSpan(0, length));
            for (var i = 0; i < 200; i++)
            {
                var copy = frame.ToArray();
                copy[random.Next(copy.Length)] = (byte)random.Next(256);
                CallingFrame.Read(copy);
                Passes(PacketFilter.Create(Sleepers), copy);
            }
        }
    }

    private static byte[] ToItsMac(byte[] frame) => [2, 0, 0, 0, 0, 0xbb, .. frame[6..]];

    private static byte[] Ethernet(ushort type, byte[] payload) =>
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 0xaa, (byte)(type >> 8), (byte)type, .. payload, .. new byte[Math.Max(0, 46 - payload.Length)]];

    private static byte[] Arp(byte operation, string sender, string target) => Ethernet(
        0x0806,
        [0, 1, 8, 0, 6, 4, 0, operation, 2, 0, 0, 0, 0, 0xaa, .. IPAddress.Parse(sender).GetAddressBytes(), 0, 0, 0, 0, 0, 0, .. IPAddress.Parse(target).GetAddressBytes()]);

    private static byte[] IPv4(byte protocol, string sender, string target, byte[] payload, int options = 0, ushort fragment = 0) => Ethernet(
        0x0800,
        [
            (byte)(0x45 + (options / 4)), 0, 0, 0, 0, 0, (byte)(fragment >> 8), (byte)fragment, 64, protocol, 0, 0,
            .. IPAddress.Parse(sender).GetAddressBytes(), .. IPAddress.Parse(target).GetAddressBytes(), .. new byte[options], .. payload,
        ]);

    private static byte[] IPv6(byte next, string sender, string target, byte[] payload) => Ethernet(
        0x86dd,
        [0x60, 0, 0, 0, 0, (byte)payload.Length, next, 255, .. IPAddress.Parse(sender).GetAddressBytes(), .. IPAddress.Parse(target).GetAddressBytes(), .. payload]);

    private static byte[] Solicitation(string sender, string target) => IPv6(58, sender, "ff02::1:ff01:20", [135, 0, 0, 0, 0, 0, 0, 0, .. IPAddress.Parse(target).GetAddressBytes()]);

    private static byte[] Tcp(byte flags) => [0, 0, 0, 22, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0];

    /// <summary>As the kernel runs it: a load beyond the frame ends with 0.</summary>
    private static bool Passes(byte[] program, byte[] frame)
    {
        uint a = 0, x = 0;
        for (var at = 0; ; at++)
        {
            var code = BitConverter.ToUInt16(program, 8 * at);
            var (ifTrue, ifFalse) = (program[(8 * at) + 2], program[(8 * at) + 3]);
            var value = BitConverter.ToUInt32(program, (8 * at) + 4);
            switch (code)
            {
                case 0x06:
                    return value > 0;
                case 0x20 when value + 4 <= frame.Length:
                    a = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan((int)value));
                    break;
                case 0x28 when value + 2 <= frame.Length:
                    a = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan((int)value));
                    break;
                case 0x30 when value < frame.Length:
                    a = frame[value];
                    break;
                case 0x50 when x + value < frame.Length:
                    a = frame[x + value];
                    break;
                case 0xb1 when value < frame.Length:
                    x = (uint)(frame[value] & 0xf) * 4;
                    break;
                case 0x07:
                    x = a;
                    break;
                case 0x54:
                    a &= value;
                    break;
                case 0x05:
                    at += (int)value;
                    break;
                case 0x15:
                    at += a == value ? ifTrue : ifFalse;
                    break;
                case 0x1d:
                    at += a == x ? ifTrue : ifFalse;
                    break;
                case 0x45:
                    at += (a & value) != 0 ? ifTrue : ifFalse;
                    break;
                case 0x20 or 0x28 or 0x30 or 0x50 or 0xb1:
                    return false;
                default:
                    throw new InvalidOperationException($"instruction {code:x}");
            }
        }
    }
}
