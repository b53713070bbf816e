using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Caching;

/// <summary>What an answer is remembered under. Kept while a question is on its way; lookups need only its parts.</summary>
public sealed class CacheQuestion
{
    public CacheQuestion(ReadOnlySpan<byte> foldedName, RecordType type, RecordClass @class, QuestionVariant variant)
    {
        Name = foldedName.ToArray();
        Type = type;
        Class = @class;
        Variant = variant;
        Hash = ComputeHash(foldedName, type, @class, variant);
    }

    /// <summary>Folded, in wire form.</summary>
    public byte[] Name { get; }

    public RecordType Type { get; }

    public RecordClass Class { get; }

    public QuestionVariant Variant { get; }

    public int Hash { get; }

    /// <inheritdoc cref="QuestionVariant.Judged"/>
    public bool IsJudged => (Variant & QuestionVariant.Judged) != 0;

    /// <summary>Octets of the header and the question of a message that asks it.</summary>
    public int QuestionEnd => MessageHeader.Size + Name.Length + 4;

    /// <summary>What a response that holds for every type of the name is remembered under.</summary>
    public CacheQuestion OfAnyType() => new(Name, RecordType.None, Class, Variant);

    public bool Matches(ReadOnlySpan<byte> foldedName, RecordType type, RecordClass @class, QuestionVariant variant) =>
        type == Type && variant == Variant && @class == Class && foldedName.SequenceEqual(Name);

    public static int ComputeHash(ReadOnlySpan<byte> foldedName, RecordType type, RecordClass @class, QuestionVariant variant)
    {
        var rest = ((uint)type << 16) ^ ((uint)@class << 4) ^ (uint)variant;
        var mixed = ((uint)DnsName.Hash(foldedName) ^ (rest * 0x9E3779B1u)) * 0x85EBCA6Bu;
        return (int)(mixed ^ (mixed >> 15));
    }

    public override string ToString() => $"{DnsName.ToText(Name)} {Type}";
}

/// <summary>What besides the question tells two queries apart, because upstreams answer them differently.</summary>
[Flags]
public enum QuestionVariant : byte
{
    None = 0,

    /// <summary>DO: the asker wants DNSSEC records (RFC 3225).</summary>
    DnssecOk = 1,

    /// <summary>CD: the asker wants data that failed validation too (RFC 4035 §3.2.2).</summary>
    CheckingDisabled = 2,

    /// <summary>RD is clear: the asker wants only what the upstream has at hand.</summary>
    NonRecursive = 4,

    /// <summary>
    /// The answer is judged here: without OPT it is of no use, and private addresses stay in it until it is judged. Never cached.
    /// </summary>
    Judged = 8,
}
