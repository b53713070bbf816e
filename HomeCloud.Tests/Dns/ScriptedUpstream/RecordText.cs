using System.Globalization;
using System.Net;
using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>Records as text, <c>name ttl TYPE data</c>, both ways. Names are written uncompressed.</summary>
public static class RecordText
{
    private static readonly Dictionary<string, ushort> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["A"] = 1,
        ["NS"] = 2,
        ["CNAME"] = 5,
        ["SOA"] = 6,
        ["PTR"] = 12,
        ["HINFO"] = 13,
        ["MX"] = 15,
        ["TXT"] = 16,
        ["AAAA"] = 28,
        ["SRV"] = 33,
        ["NAPTR"] = 35,
        ["DNAME"] = 39,
        ["OPT"] = 41,
        ["DS"] = 43,
        ["RRSIG"] = 46,
        ["NSEC"] = 47,
        ["DNSKEY"] = 48,
        ["NSEC3"] = 50,
        ["SVCB"] = 64,
        ["HTTPS"] = 65,
        ["TSIG"] = 250,
        ["AXFR"] = 252,
        ["ANY"] = 255,
        ["CAA"] = 257,
    };

    private static readonly Dictionary<ushort, string> TypeNames = Types.ToDictionary(pair => pair.Value, pair => pair.Key);

    public static RecordType Type(string text) => (RecordType)(Types.TryGetValue(text, out var number)
        ? number
        : ushort.Parse(text.AsSpan("TYPE".Length), CultureInfo.InvariantCulture));

    public static string Type(RecordType type) => TypeNames.TryGetValue((ushort)type, out var name) ? name : $"TYPE{(ushort)type}";

    public static byte[] Encode(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var type = Type(parts[2]);
        var data = EncodeData(type, parts[3..]);
        var ttl = uint.Parse(parts[1], CultureInfo.InvariantCulture);
        return
        [
            .. DnsName.Parse(parts[0]), .. Octets((ushort)type), 0, 1,
            (byte)(ttl >> 24), (byte)(ttl >> 16), (byte)(ttl >> 8), (byte)ttl,
            .. Octets((ushort)data.Length), .. data,
        ];
    }

    public static string Decode(byte[] message, RecordView record)
    {
        var reader = new MessageReader(message, record.NameOffset);
        return $"{Name(ref reader)} {record.Ttl} {Type(record.Type)} {DecodeDataOrHex(message, record)}";
    }

    private static byte[] EncodeData(RecordType type, string[] parts) => type switch
    {
        _ when parts[0] == "\\#" => parts.Length > 2 ? Convert.FromHexString(string.Concat(parts[2..])) : [],
        RecordType.A or RecordType.Aaaa => IPAddress.Parse(parts[0]).GetAddressBytes(),
        RecordType.Ns or RecordType.Cname or RecordType.Ptr or RecordType.Dname => DnsName.Parse(parts[0]),
        RecordType.Mx => [.. Octets(Number(parts[0])), .. DnsName.Parse(parts[1])],
        RecordType.Srv => [.. Octets(Number(parts[0])), .. Octets(Number(parts[1])), .. Octets(Number(parts[2])), .. DnsName.Parse(parts[3])],
        RecordType.Soa => [.. DnsName.Parse(parts[0]), .. DnsName.Parse(parts[1]), .. parts[2..7].SelectMany(number => Long(number))],
        RecordType.Txt => [.. parts.SelectMany(part => (byte[])[(byte)part.Length, .. Encoding.ASCII.GetBytes(part)])],
        RecordType.Https or RecordType.Svcb => EncodeService(parts),
        _ => throw new FormatException($"Write {Type(type)} as \\# length hex."),
    };

    private static byte[] EncodeService(string[] parts)
    {
        byte[] data = [.. Octets(Number(parts[0])), .. DnsName.Parse(parts[1])];
        foreach (var part in parts[2..])
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var value = part[(equals + 1)..].Split(',').SelectMany(address => IPAddress.Parse(address).GetAddressBytes()).ToArray();
            data = [.. data, .. Octets(part[..equals] == "ipv4hint" ? (ushort)4 : (ushort)6), .. Octets((ushort)value.Length), .. value];
        }

        return data;
    }

    private static string DecodeDataOrHex(byte[] message, RecordView record)
    {
        try
        {
            return DecodeData(message, record);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentOutOfRangeException)
        {
            return $"\\# {record.DataLength} {Convert.ToHexStringLower(message.AsSpan(record.DataOffset, record.DataLength))} (malformed)";
        }
    }

    private static string DecodeData(byte[] message, RecordView record)
    {
        var data = message.AsSpan(record.DataOffset, record.DataLength);
        var reader = new MessageReader(message, record.DataOffset);
        switch (record.Type)
        {
            case RecordType.A or RecordType.Aaaa when data.Length is 4 or 16:
                return new IPAddress(data).ToString();
            case RecordType.Ns or RecordType.Cname or RecordType.Ptr or RecordType.Dname:
                return Name(ref reader);
            case RecordType.Mx:
                return $"{Short(ref reader)} {Name(ref reader)}";
            case RecordType.Srv:
                return $"{Short(ref reader)} {Short(ref reader)} {Short(ref reader)} {Name(ref reader)}";
            case RecordType.Soa:
                return $"{Name(ref reader)} {Name(ref reader)} {Long(ref reader)} {Long(ref reader)} {Long(ref reader)} {Long(ref reader)} {Long(ref reader)}";
            case RecordType.Txt when data.Length > 0:
                var strings = new List<string>();
                for (var position = 0; position < data.Length; position += data[position] + 1)
                    strings.Add(Encoding.ASCII.GetString(data.Slice(position + 1, data[position])));
                return string.Join(' ', strings);
            default:
                return $"\\# {data.Length} {Convert.ToHexStringLower(data)}".TrimEnd();
        }
    }

    private static string Name(ref MessageReader reader)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        return reader.TryReadName(name, out var length) ? DnsName.ToText(name[..length]) : "<bad name>";
    }

    private static ushort Short(ref MessageReader reader) => reader.TryReadUInt16(out var value) ? value : throw new FormatException("RDATA is cut off.");

    private static uint Long(ref MessageReader reader) => reader.TryReadUInt32(out var value) ? value : throw new FormatException("RDATA is cut off.");

    private static ushort Number(string text) => ushort.Parse(text, CultureInfo.InvariantCulture);

    private static byte[] Octets(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Long(string text)
    {
        var value = uint.Parse(text, CultureInfo.InvariantCulture);
        return [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
    }
}
