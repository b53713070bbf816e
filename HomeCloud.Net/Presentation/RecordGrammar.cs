using System.Globalization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Net.Presentation;

/// <summary>
/// Types by the names that people write (IANA's registry), and what their RDATA consists of. One table, by which text is read and
/// written. A type without fields is written as <c>\# LENGTH HEX</c> (RFC 3597 §5), and so may be every other.
/// </summary>
public static class RecordGrammar
{
    // 1 2 4: a number of so many octets. T: seconds, perhaps with units. a, 6: an address. n: a name. s: a character string.
    // t: one or more of them, to the end. g: a tag of letters and digits. v: octets to the end, as one string. h, b: octets to the
    // end, in hexadecimal or base 64. p: parameters of a service (RFC 9460 §2.1), to the end.
    private static readonly (string Name, ushort Number, string? Fields)[] Rows =
    [
        ("A", 1, "a"), ("NS", 2, "n"), ("MD", 3, "n"), ("MF", 4, "n"), ("CNAME", 5, "n"), ("SOA", 6, "nn4TTTT"), ("MB", 7, "n"), ("MG", 8, "n"),
        ("MR", 9, "n"), ("NULL", 10, null), ("WKS", 11, null), ("PTR", 12, "n"), ("HINFO", 13, "ss"), ("MINFO", 14, "nn"), ("MX", 15, "2n"),
        ("TXT", 16, "t"), ("RP", 17, "nn"), ("AFSDB", 18, "2n"), ("RT", 21, "2n"), ("SIG", 24, null), ("KEY", 25, "211b"), ("AAAA", 28, "6"),
        ("LOC", 29, null), ("NXT", 30, null), ("SRV", 33, "222n"), ("NAPTR", 35, "22sssn"), ("KX", 36, "2n"), ("CERT", 37, "221b"), ("DNAME", 39, "n"),
        ("APL", 42, null), ("DS", 43, "211h"), ("SSHFP", 44, "11h"), ("IPSECKEY", 45, null), ("RRSIG", 46, null), ("NSEC", 47, null),
        ("DNSKEY", 48, "211b"), ("DHCID", 49, "b"), ("NSEC3", 50, null), ("NSEC3PARAM", 51, null), ("TLSA", 52, "111h"), ("SMIMEA", 53, "111h"),
        ("HIP", 55, null), ("CDS", 59, "211h"), ("CDNSKEY", 60, "211b"), ("OPENPGPKEY", 61, "b"), ("CSYNC", 62, null), ("ZONEMD", 63, "411h"),
        ("SVCB", 64, "2np"), ("HTTPS", 65, "2np"), ("SPF", 99, "t"), ("EUI48", 108, null), ("EUI64", 109, null), ("URI", 256, "22v"), ("CAA", 257, "1gv"),
    ];

    private static readonly Dictionary<string, ushort> Numbers = Rows.ToDictionary(row => row.Name, row => row.Number, StringComparer.OrdinalIgnoreCase);
    private static readonly Dictionary<ushort, (string Name, string? Fields)> Types = Rows.ToDictionary(row => row.Number, row => (row.Name, row.Fields));

    /// <summary>Types whose RDATA is known, for tests that try each.</summary>
    public static IEnumerable<RecordType> WithFields => Rows.Where(row => row.Fields is not null).Select(row => (RecordType)row.Number);

    /// <summary>A name of the table, in any letter case, or <c>TYPE123</c> (RFC 3597 §5).</summary>
    public static bool TryParseType(string text, out RecordType type)
    {
        type = RecordType.None;
        if (Numbers.TryGetValue(text, out var number)
            || (text.StartsWith("TYPE", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out number)))
        {
            type = (RecordType)number;
            return true;
        }

        return false;
    }

    public static string TypeText(RecordType type) => Types.TryGetValue((ushort)type, out var row) ? row.Name : string.Create(CultureInfo.InvariantCulture, $"TYPE{(ushort)type}");

    /// <summary>Whether it is known what RDATA of the type consists of.</summary>
    public static bool IsKnown(RecordType type) => FieldsOf(type) is not null;

    /// <summary>What RDATA consists of, a character a field; null when nobody here knows.</summary>
    internal static string? FieldsOf(RecordType type) => Types.GetValueOrDefault((ushort)type).Fields;

    /// <summary>Whether RDATA ends in a name, as that of MX, SRV or CNAME does.</summary>
    public static bool EndsInName(RecordType type) => FieldsOf(type) is [.., 'n'] and not "nn";
}
