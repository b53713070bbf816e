using System.Buffers.Binary;

namespace HomeCloud.Agent.Lan;

/// <summary>The checksum of ICMPv6 (RFC 4443 §2.3).</summary>
internal static class IcmpChecksum
{
    /// <param name="from">Sender, sixteen octets.</param>
    /// <param name="to">Receiver, sixteen octets.</param>
    /// <param name="message">An even number of octets, at most 254; its own checksum is 0.</param>
    public static ushort Of(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, ReadOnlySpan<byte> message) =>
        Sum([.. from, .. to, 0, 0, 0, (byte)message.Length, 0, 0, 0, 58, .. message]);

    /// <summary>RFC 1071.</summary>
    private static ushort Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (var i = 0; i < octets.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}
