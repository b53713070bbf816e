using System.Buffers.Binary;
using System.Net;

namespace HomeCloud.Agent.Lan;

/// <summary>IPv4 addresses as numbers.</summary>
internal static class IPv4Arithmetic
{
    public static uint ToNumber(this IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    public static IPAddress ToAddress(this uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    /// <summary>The network that <paramref name="address"/> lies in.</summary>
    public static IPNetwork NetworkOf(IPAddress address, int prefixLength) =>
        new((address.ToNumber() & Mask(prefixLength)).ToAddress(), prefixLength);

    public static uint First(this IPNetwork network) => network.BaseAddress.ToNumber();

    public static uint Last(this IPNetwork network) => network.First() | ~Mask(network.PrefixLength);

    public static bool Overlaps(this IPNetwork network, uint first, uint last) => network.First() <= last && first <= network.Last();

    private static uint Mask(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);
}
