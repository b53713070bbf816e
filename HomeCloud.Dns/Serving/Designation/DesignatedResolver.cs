using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Dns.Serving.Designation;

/// <summary>What one SVCB record tells (RFC 9460, RFC 9461).</summary>
/// <param name="Protocol">What is spoken there.</param>
/// <param name="Target">A name in wire form.</param>
/// <param name="Port">Where.</param>
/// <param name="Address">The target's.</param>
internal sealed record DesignatedResolver(EncryptedProtocol Protocol, byte[] Target, int Port, IPAddress Address)
{
    private const int TlsPort = 853;
    private const int HttpsPort = 443;

    // SvcParamKeys of RFC 9460 §14.3.2 and RFC 9461 §5, in the order in which they must stand.
    private const ushort Alpn = 1;
    private const ushort PortKey = 3;
    private const ushort IPv4Hint = 4;
    private const ushort IPv6Hint = 6;
    private const ushort DohPath = 7;

    /// <summary>RDATA. DNS over TLS comes first: it costs less here, on both sides.</summary>
    public byte[] ToData()
    {
        var isTls = Protocol == EncryptedProtocol.Tls;
        List<byte> data = [0, (byte)(isTls ? 1 : 2), .. Target];
        var alpn = isTls ? "dot"u8 : "h2"u8;
        Add(data, Alpn, [(byte)alpn.Length, .. alpn]);
        if (Port != (isTls ? TlsPort : HttpsPort))
            Add(data, PortKey, Number((ushort)Port));
        Add(data, Address.AddressFamily == AddressFamily.InterNetwork ? IPv4Hint : IPv6Hint, Address.GetAddressBytes());
        if (!isTls)
            Add(data, DohPath, "/dns-query{?dns}"u8);
        return [.. data];
    }

    private static void Add(List<byte> data, ushort key, ReadOnlySpan<byte> value)
    {
        data.AddRange(Number(key));
        data.AddRange(Number((ushort)value.Length));
        data.AddRange(value);
    }

    private static byte[] Number(ushort value)
    {
        var octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        return octets;
    }
}
