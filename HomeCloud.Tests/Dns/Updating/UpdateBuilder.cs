using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Updating;

/// <summary>UPDATE messages and their signatures, written from the RFCs without the product's code.</summary>
internal sealed class UpdateBuilder(string zone)
{
    private readonly List<byte[]> _prerequisites = [];
    private readonly List<byte[]> _changes = [];

    public ushort Id { get; set; } = 0x2136;

    public RecordType ZoneType { get; set; } = RecordType.Soa;

    public RecordClass ZoneClass { get; set; } = RecordClass.Internet;

    public static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    public static byte[] Address(string text) => IPAddress.Parse(text).GetAddressBytes();

    /// <summary>Any record of the prerequisite section.</summary>
    public UpdateBuilder If(string name, RecordType type, RecordClass @class, byte[]? data = null, uint ttl = 0)
    {
        _prerequisites.Add(Record(name, type, @class, ttl, data ?? []));
        return this;
    }

    /// <summary>Any record of the update section.</summary>
    public UpdateBuilder Then(string name, RecordType type, RecordClass @class, byte[]? data = null, uint ttl = 0)
    {
        _changes.Add(Record(name, type, @class, ttl, data ?? []));
        return this;
    }

    public UpdateBuilder Add(string name, RecordType type, byte[] data, uint ttl = 60) => Then(name, type, RecordClass.Internet, data, ttl);

    public byte[] Build()
    {
        var header = new byte[MessageHeader.Size];
        BinaryPrimitives.WriteUInt16BigEndian(header, Id);
        header[2] = 5 << 3;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)_prerequisites.Count);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(8), (ushort)_changes.Count);
        return [.. header, .. DnsName.Parse(zone), .. Number((int)ZoneType), .. Number((int)ZoneClass), .. _prerequisites.SelectMany(octets => octets), .. _changes.SelectMany(octets => octets)];
    }

    /// <summary>Appends a TSIG record (RFC 8945 §4.2) and counts it.</summary>
    public static byte[] Sign(byte[] message, TestKey key, long time, int fudge = 300, int? macLength = null)
    {
        byte[] name = DnsName.Parse(key.Name);
        byte[] algorithm = DnsName.Parse(key.Algorithm);
        byte[] when = [.. Number((int)(time >> 32)), .. Number((int)(time >> 16) & 0xFFFF), .. Number((int)time & 0xFFFF)];
        byte[] variables = [.. name, 0, 255, 0, 0, 0, 0, .. algorithm, .. when, .. Number(fudge), 0, 0, 0, 0];
        var mac = key.Mac([.. message, .. variables]);
        mac = mac[..(macLength ?? mac.Length)];
        byte[] data = [.. algorithm, .. when, .. Number(fudge), .. Number(mac.Length), .. mac, message[0], message[1], 0, 0, 0, 0];
        byte[] signed = [.. message, .. name, 0, 250, 0, 255, 0, 0, 0, 0, .. Number(data.Length), .. data];
        BinaryPrimitives.WriteUInt16BigEndian(signed.AsSpan(10), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(signed.AsSpan(10)) + 1));
        return signed;
    }

    public static byte[] Number(int number) => [(byte)(number >> 8), (byte)number];

    private static byte[] Record(string name, RecordType type, RecordClass @class, uint ttl, byte[] data) =>
        [.. DnsName.Parse(name), .. Number((int)type), .. Number((int)@class), .. Number((int)(ttl >> 16)), .. Number((int)(ttl & 0xFFFF)), .. Number(data.Length), .. data];
}

/// <summary>A key as both sides of a test know it.</summary>
internal sealed record TestKey(string Name, string Algorithm = "hmac-sha256")
{
    public byte[] Secret { get; init; } = SHA256.HashData(Encoding.ASCII.GetBytes(Name));

    /// <summary>For key files, as tsig-keygen writes it.</summary>
    public string Statement => $"key \"{Name.TrimEnd('.')}\" {{\n\talgorithm {Algorithm};\n\tsecret \"{Convert.ToBase64String(Secret)}\";\n}};\n";

    public byte[] Mac(byte[] octets) => Algorithm switch
    {
        "hmac-sha256" => HMACSHA256.HashData(Secret, octets),
        "hmac-sha384" => HMACSHA384.HashData(Secret, octets),
        _ => HMACSHA512.HashData(Secret, octets),
    };
}
