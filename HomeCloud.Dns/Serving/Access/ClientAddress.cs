using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Intrinsics;

namespace HomeCloud.Dns.Serving.Access;

/// <summary>Who asked, as a value: an IPv6 address, or an IPv4 address mapped into it (RFC 4291 §2.5.5.2). Allocates nothing.</summary>
/// <remarks>One vector rather than two words: copied right after it was made, as it is for every query, two words would make
/// the processor wait until both have left its store buffer.</remarks>
public readonly record struct ClientAddress
{
    private readonly Vector128<ulong> _value;

    public ClientAddress(ulong high, ulong low) => _value = Vector128.Create(high, low);

    public ulong High => _value.GetElement(0);

    public ulong Low => _value.GetElement(1);

    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    public bool IsIPv4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>The IPv4 address in host order; meaningful when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)Low;

    public static ClientAddress FromIPv4(uint hostOrder) => new(0, MappedPrefix | hostOrder);

    /// <param name="bytes">4 or 16 bytes in network order.</param>
    public static ClientAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == 4
        ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
        : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public static ClientAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return FromBytes(bytes[..length]);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    public AddressFamily Family => IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    public override string ToString() => ToIPAddress().ToString();
}
