using HomeCloud.Net.Localization;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.ZoneFiles;

/// <summary>Which types a zone file cannot hold here, and what to do instead.</summary>
internal static class ZoneFileRules
{
    private const ushort Sig = 24;
    private const ushort Nxt = 30;
    private const ushort Nsec3 = 50;
    private const ushort Nsec3Param = 51;

    public const string Delegation = "names below another server's (NS) are not served here: take them out, and send them on with --forward NAME=ADDRESS";

    /// <returns>Null: the type is served.</returns>
    public static Phrase? Refusal(RecordType type) => (ushort)type switch
    {
        0 or (ushort)RecordType.Opt or (>= 128 and <= 255) => (Phrase)$"{RecordGrammar.TypeText(type)} is no type of data",
        (ushort)RecordType.Dname => "DNAME is not served: write a wildcard with a CNAME, or the names themselves",
        (ushort)RecordType.Rrsig or (ushort)RecordType.Nsec or Sig or Nxt or Nsec3 or Nsec3Param => "names are served unsigned: use the file as it was before it was signed",
        _ => null,
    };

    /// <summary>What says where a name is: of these a name takes all from one source.</summary>
    public static bool IsWhere(RecordType type) => type is RecordType.A or RecordType.Aaaa or RecordType.Cname;
}
