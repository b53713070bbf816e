using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving.Access;

/// <summary>
/// Interoperable server cookies, RFC 9018 §4: version 1, three reserved octets, a timestamp, and the SipHash-2-4 of
/// client cookie, these, and the client's address. Nothing is stored per client.
/// </summary>
public sealed class ServerCookies
{
    /// <summary>Octets of client and server cookie together.</summary>
    public const int Length = 24;

    private const uint Version = 0x01_00_00_00;

    // RFC 9018 §4.3: an hour old at most, five minutes ahead at most, renewed after half an hour.
    private const int MaxAgeSeconds = 3600;
    private const int MaxAheadSeconds = 300;
    private const int RenewAfterSeconds = 1800;

    private readonly SipHash _hash;

    /// <param name="secret">16 octets, shared by servers that answer on one address; null draws a new secret.</param>
    public ServerCookies(byte[]? secret = null)
    {
        secret ??= RandomOctets.Get(16);
        _hash = new SipHash(BinaryPrimitives.ReadUInt64LittleEndian(secret), BinaryPrimitives.ReadUInt64LittleEndian(secret.AsSpan(8)));
    }

    /// <summary>Whether the query carries a server cookie of ours for this client that is still good: its source address is then not forged.</summary>
    public bool IsValid(in EdnsQuery edns, ClientAddress client, uint unixSeconds)
    {
        if (edns.ServerCookieLength != 16 || (uint)(edns.ServerCookieHigh >> 32) != Version)
            return false;
        var timestamp = (uint)edns.ServerCookieHigh;
        var age = (int)(unixSeconds - timestamp);
        return age is >= -MaxAheadSeconds and <= MaxAgeSeconds
            && Hash(edns.ClientCookie, timestamp, client) == edns.ServerCookieLow;
    }

    /// <summary>Writes the COOKIE option's value: the client's cookie, and ours, kept while it is fresh.</summary>
    public void Write(Span<byte> value, in EdnsQuery edns, ClientAddress client, uint unixSeconds)
    {
        BinaryPrimitives.WriteUInt64BigEndian(value, edns.ClientCookie);
        if (IsValid(edns, client, unixSeconds) && (int)(unixSeconds - (uint)edns.ServerCookieHigh) <= RenewAfterSeconds)
        {
            BinaryPrimitives.WriteUInt64BigEndian(value[8..], edns.ServerCookieHigh);
            BinaryPrimitives.WriteUInt64BigEndian(value[16..], edns.ServerCookieLow);
            return;
        }

        BinaryPrimitives.WriteUInt64BigEndian(value[8..], ((ulong)Version << 32) | unixSeconds);
        BinaryPrimitives.WriteUInt64BigEndian(value[16..], Hash(edns.ClientCookie, unixSeconds, client));
    }

    // The hash's octets go on the wire in SipHash's own, little-endian, order; this is their big-endian reading.
    private ulong Hash(ulong clientCookie, uint timestamp, ClientAddress client)
    {
        Span<byte> input = stackalloc byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(input, clientCookie);
        BinaryPrimitives.WriteUInt32BigEndian(input[8..], Version);
        BinaryPrimitives.WriteUInt32BigEndian(input[12..], timestamp);
        if (client.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input[16..], client.IPv4);
            input = input[..20];
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(input[16..], client.High);
            BinaryPrimitives.WriteUInt64BigEndian(input[24..], client.Low);
        }

        return BinaryPrimitives.ReverseEndianness(_hash.Compute(input));
    }
}
