using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>A message of a scenario: what a server answers, what a client asks, or what it must get.</summary>
internal sealed class ReplayEntry
{
    private static readonly Dictionary<string, ResponseCode> Codes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["NOERROR"] = ResponseCode.NoError,
        ["FORMERR"] = ResponseCode.FormatError,
        ["SERVFAIL"] = ResponseCode.ServerFailure,
        ["NXDOMAIN"] = ResponseCode.NameError,
        ["NOTIMP"] = ResponseCode.NotImplemented,
        ["REFUSED"] = ResponseCode.Refused,
        ["YXDOMAIN"] = ResponseCode.NameExists,
    };

    private static readonly string[] KnownMatches =
        ["all", "opcode", "qtype", "qname", "subdomain", "question", "rcode", "flags", "answer", "authority", "additional", "ttl", "TCP", "UDP", "DO"];

    private readonly HashSet<string> _match = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _reply = new(StringComparer.OrdinalIgnoreCase);

    public byte[] Name { get; private set; } = [0];

    public RecordType Type { get; private set; }

    public ResponseCode Code { get; private set; }

    public List<LooseRecord> Answers { get; } = [];

    public List<LooseRecord> Authorities { get; } = [];

    public List<LooseRecord> Additionals { get; } = [];

    public bool IsTruncated => Says("TC");

    /// <summary>Whether a flag stands in the header.</summary>
    public bool Says(string flag) => _reply.Contains(flag);

    /// <summary>Whether an answer is held against this part of the entry.</summary>
    public bool Checks(string part) => _match.Contains("all") || _match.Contains(part);

    /// <summary>Whether it is the answer to a question.</summary>
    public bool IsAnswerTo(byte[] foldedName, RecordType type, bool isStream)
    {
        if (_match.Contains(isStream ? "UDP" : "TCP"))
            return false;
        if ((Checks("qtype") || _match.Contains("question")) && type != Type)
            return false;
        return Checks("qname") || _match.Contains("question") ? DnsName.EqualsIgnoreCase(foldedName, Name)
            : !_match.Contains("subdomain") || DnsName.IsAtOrBelow(foldedName, Folded(Name));
    }

    /// <param name="lines">Those between ENTRY_BEGIN and ENTRY_END.</param>
    /// <exception cref="FormatException">Something of it is not known here.</exception>
    public static ReplayEntry Read(IEnumerable<string> lines)
    {
        var entry = new ReplayEntry();
        var section = "";
        foreach (var line in lines)
        {
            var words = ReplayText.Words(line);
            switch (words)
            {
                case [] or ["MANDATORY"] or ["ADJUST", ..]:
                    // Id and question are always those of the query; who asks what is not checked.
                    break;
                case ["MATCH", ..]:
                    entry._match.UnionWith(words[1..]);
                    if (entry._match.FirstOrDefault(word => !KnownMatches.Contains(word, StringComparer.OrdinalIgnoreCase) && !word.StartsWith("ede=", StringComparison.OrdinalIgnoreCase)) is { } unknown)
                        throw new FormatException($"MATCH {unknown} is not known here.");
                    break;
                case ["REPLY", ..]:
                    entry._reply.UnionWith(words[1..]);
                    entry.Code = words[1..].Select(word => Codes.GetValueOrDefault(word)).Max();
                    break;
                case ["SECTION", var name, ..]:
                    section = name;
                    break;
                default:
                    entry.Add(section, line, words);
                    break;
            }
        }

        Join(entry.Additionals, entry.Answers, isAuthority: false);
        Join(entry.Authorities, entry.Answers, isAuthority: false);
        Join(entry.Answers, entry.Authorities, isAuthority: true);
        Join(entry.Additionals, entry.Authorities, isAuthority: true);
        return entry;
    }

    public static byte[] Folded(byte[] name)
    {
        var folded = new byte[name.Length];
        DnsName.Fold(name, folded);
        return folded;
    }

    // A resolver knows a signature by what it covers: the section does not matter.
    private static void Join(List<LooseRecord> from, List<LooseRecord> to, bool isAuthority)
    {
        var signatures = from.FindAll(record => record.Type == RecordType.Rrsig && !HasSet(from, record) && HasSet(to, record));
        from.RemoveAll(signatures.Contains);
        to.AddRange(signatures.Select(signature => signature with { IsAuthority = isAuthority }));
    }

    private static bool HasSet(List<LooseRecord> records, LooseRecord signature) =>
        records.Exists(record => record.Type == signature.Covers && DnsName.EqualsIgnoreCase(record.Owner, signature.Owner));

    private void Add(string section, string line, string[] words)
    {
        switch (section)
        {
            case "QUESTION":
                (Name, Type) = (DnsName.Parse(words[0]), ReplayText.Type(words[^1]));
                break;
            case "ANSWER":
                Answers.Add(ReplayText.Record(line, isAuthority: false));
                break;
            case "AUTHORITY":
                Authorities.Add(ReplayText.Record(line, isAuthority: true));
                break;
            case "ADDITIONAL":
                Additionals.Add(ReplayText.Record(line, isAuthority: true));
                break;
            default:
                throw new FormatException($"'{line}' stands in no section.");
        }
    }
}
