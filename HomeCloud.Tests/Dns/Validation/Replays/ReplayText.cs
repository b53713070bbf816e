using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>Words and records of a replay file: names are below the root, a comment stands behind <c>;</c>, and RRSIG, NSEC and NSEC3 have their text forms too.</summary>
internal static class ReplayText
{
    private const uint DefaultTtl = 3600;
    private const RecordType Px = (RecordType)26;
    private const RecordType Nsec3Parameters = (RecordType)51;

    // RFC 4034 appendix A.1.
    private static readonly Dictionary<string, byte> Algorithms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["RSAMD5"] = 1,
        ["DSA"] = 3,
        ["RSASHA1"] = 5,
        ["DSA-NSEC3-SHA1"] = 6,
        ["RSASHA1-NSEC3-SHA1"] = 7,
        ["RSASHA256"] = 8,
        ["RSASHA512"] = 10,
        ["ECC-GOST"] = 12,
        ["ECDSAP256SHA256"] = 13,
    };

    /// <summary>Words of a line; one in quotes keeps them.</summary>
    public static string[] Words(string line)
    {
        var words = new List<string>();
        var at = 0;
        while (true)
        {
            while (at < line.Length && line[at] is ' ' or '\t' or '(' or ')')
                at++;
            if (at == line.Length || line[at] == ';')
                return [.. words];
            var start = at;
            var isQuoted = line[at] == '"';
            do
                at++;
            while (at < line.Length && (isQuoted ? line[at] != '"' : line[at] is not (' ' or '\t' or '(' or ')' or ';')));
            if (isQuoted)
                at++;
            words.Add(line[start..at]);
        }
    }

    public static LooseRecord Record(string line, bool isAuthority)
    {
        var words = Words(line);
        var ttl = DefaultTtl;
        var at = 1;
        while (words[at].Equals("IN", StringComparison.OrdinalIgnoreCase) || TokenText.TryReadSeconds(words[at], out _))
        {
            if (TokenText.TryReadSeconds(words[at], out var seconds))
                ttl = seconds;
            at++;
        }

        var type = Type(words[at]);
        return new LooseRecord(isAuthority, DnsName.Parse(words[0]), type, ttl, Data(type, words[(at + 1)..]));
    }

    public static RecordType Type(string word) => word switch
    {
        "ANY" => RecordType.Any,
        "PX" => Px,
        _ => RecordGrammar.TryParseType(word, out var type) ? type : throw new FormatException($"'{word}' is not a type."),
    };

    public static DateTimeOffset Date(string digits) =>
        DateTimeOffset.ParseExact(digits, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static byte[] Data(RecordType type, string[] words) => type switch
    {
        // As it stands: octets that are no such record too.
        _ when words[0] == "\\#" => Convert.FromHexString(string.Concat(words[2..])),
        RecordType.Rrsig => Signature(words),
        RecordType.Nsec => [.. DnsName.Parse(words[0]), .. Bitmap(words[1..])],
        RecordType.Nsec3 => [.. Nsec3(words), .. Next(words)],
        RecordType.Ds => Known(type, [words[0], Algorithm(words[1]), .. words[2..]]),
        RecordType.Dnskey => Key(words),
        Nsec3Parameters => Nsec3(words),
        _ => Known(type, words),
    };

    private static string Algorithm(string word) => Algorithms.TryGetValue(word, out var number) ? number.ToString(CultureInfo.InvariantCulture) : word;

    private static byte[] Known(RecordType type, string[] words)
    {
        var data = new ArrayBufferWriter<byte>();
        TextToken[] tokens = [.. words.Select(word => new TextToken(word.Trim('"'), word[0] == '"', 1, 1))];
        return RecordDataParser.TryParse(type, tokens, [0], data, out _) is { } problem ? throw new FormatException($"{type} {string.Join(' ', words)}: {problem}") : data.WrittenSpan.ToArray();
    }

    private static byte[] Signature(string[] words)
    {
        byte[] head = [.. new byte[18], .. DnsName.Parse(words[7])];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)Type(words[0]));
        head[2] = byte.Parse(Algorithm(words[1]), CultureInfo.InvariantCulture);
        head[3] = byte.Parse(words[2], CultureInfo.InvariantCulture);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), uint.Parse(words[3], CultureInfo.InvariantCulture));
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), (uint)Date(words[4]).ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(12), (uint)Date(words[5]).ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(16), ushort.Parse(words[6], CultureInfo.InvariantCulture));
        return [.. head, .. FromBase64(words[8..])];
    }

    private static byte[] Nsec3(string[] words)
    {
        var salt = words[3] == "-" ? [] : Convert.FromHexString(words[3]);
        var iterations = ushort.Parse(words[2], CultureInfo.InvariantCulture);
        return [byte.Parse(words[0], CultureInfo.InvariantCulture), byte.Parse(words[1], CultureInfo.InvariantCulture), (byte)(iterations >> 8), (byte)iterations, (byte)salt.Length, .. salt];
    }

    private static byte[] Next(string[] words)
    {
        var next = FromBase32(words[4]);
        return [(byte)next.Length, .. next, .. Bitmap(words[5..])];
    }

    private static byte[] Key(string[] words)
    {
        var flags = ushort.Parse(words[0], CultureInfo.InvariantCulture);
        return [(byte)(flags >> 8), (byte)flags, byte.Parse(words[1], CultureInfo.InvariantCulture), byte.Parse(Algorithm(words[2]), CultureInfo.InvariantCulture), .. FromBase64(words[3..])];
    }

    // Keys and signatures that are not to be used may be any text.
    private static byte[] FromBase64(string[] words)
    {
        var digits = string.Concat(words).Split('=')[0];
        digits = digits.Length % 4 == 1 ? digits[..^1] : digits;
        return Convert.FromBase64String(digits.PadRight((digits.Length + 3) / 4 * 4, '='));
    }

    // RFC 4034 §4.1.2: a window of up to 32 octets for each 256 types of which some are there.
    private static byte[] Bitmap(string[] types)
    {
        var bits = new List<byte>();
        foreach (var window in types.Select(type => (int)Type(type)).GroupBy(type => type / 256).OrderBy(window => window.Key))
        {
            var octets = new byte[(window.Max() % 256 / 8) + 1];
            foreach (var type in window)
                octets[type % 256 / 8] |= (byte)(0x80 >> (type % 8));
            bits.AddRange([(byte)window.Key, (byte)octets.Length, .. octets]);
        }

        return [.. bits];
    }

    private static byte[] FromBase32(string text)
    {
        var octets = new List<byte>();
        var (value, bits) = (0, 0);
        foreach (var letter in text.ToLowerInvariant())
        {
            value = ((value << 5) | "0123456789abcdefghijklmnopqrstuv".IndexOf(letter, StringComparison.Ordinal)) & 0xFFFF;
            if ((bits += 5) < 8)
                continue;
            octets.Add((byte)(value >> (bits -= 8)));
        }

        return [.. octets];
    }
}
