using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Answer and authority section of a response, as RRsets with their signatures. What is additional is not judged.</summary>
internal sealed class SignedMessage
{
    /// <summary>More RRsets than any answer has: each costs a look at all before it.</summary>
    private const int MaxSets = 128;

    private readonly List<SignedSet> _sets = [];

    private SignedMessage(ResponseCode code) => Code = code;

    public ResponseCode Code { get; }

    public IReadOnlyList<SignedSet> Sets => _sets;

    /// <summary>It names the servers of a zone, and says nothing else (RFC 2308 §2.2).</summary>
    public bool IsReferral => Code == ResponseCode.NoError && _sets.Exists(set => set.Type == RecordType.Ns) && _sets.TrueForAll(set => set.Section == Section.Authority && set.Type != RecordType.Soa);

    /// <param name="message">The response.</param>
    /// <param name="questionEnd">Where its records begin.</param>
    /// <param name="code">RCODE.</param>
    /// <returns>Null when it is malformed, or has more RRsets than any answer.</returns>
    public static SignedMessage? Read(ReadOnlySpan<byte> message, int questionEnd, ResponseCode code)
    {
        var read = new SignedMessage(code);
        var signatures = new List<(byte[] Owner, Section Section, RecordSignature Signature)>();
        var reader = new MessageReader(message, questionEnd);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        int answers = MessageHeader.AnswerCount(message);
        var all = answers + MessageHeader.AuthorityCount(message);
        for (var i = 0; i < all; i++)
        {
            if (!reader.TryReadRecord(out var record) || !new MessageReader(message, record.NameOffset).TryReadName(name, out var length))
                return null;
            var owner = name[..length];
            DnsName.Fold(owner);
            var section = i < answers ? Section.Answer : Section.Authority;
            if (record.Type == RecordType.Rrsig)
            {
                if (RecordSignature.Read(message.Slice(record.DataOffset, record.DataLength)) is { } signature)
                    signatures.Add((owner.ToArray(), section, signature));
                continue;
            }

            if (CanonicalForm.Data(message, record) is not { } data)
                return null;
            var set = read.Find(owner, record.Type, section);
            if (set is null)
            {
                if (read._sets.Count == MaxSets)
                    return null;
                read._sets.Add(set = new SignedSet(owner.ToArray(), record.Type, section));
            }

            set.Data.Add(data);
            set.Ttl = Math.Min(set.Ttl, record.Ttl);
        }

        foreach (var (owner, section, signature) in signatures)
            read.Find(owner, signature.Covered, section)?.Signatures.Add(signature);
        return read;
    }

    public SignedSet? Find(ReadOnlySpan<byte> foldedOwner, RecordType type, Section section)
    {
        foreach (var set in _sets)
        {
            if (set.Type == type && set.Section == section && foldedOwner.SequenceEqual(set.Owner))
                return set;
        }

        return null;
    }
}
