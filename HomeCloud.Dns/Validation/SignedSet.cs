using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>An RRset of a message, with the signatures that are said to be its own.</summary>
internal sealed class SignedSet(byte[] owner, RecordType type, Section section)
{
    private bool _isSorted;

    /// <summary>Folded.</summary>
    public byte[] Owner { get; } = owner;

    public RecordType Type { get; } = type;

    public Section Section { get; } = section;

    /// <summary>The least TTL of its records, in seconds.</summary>
    public uint Ttl { get; set; } = uint.MaxValue;

    /// <summary>RDATA in canonical form.</summary>
    public List<byte[]> Data { get; } = [];

    public List<RecordSignature> Signatures { get; } = [];

    /// <summary>The signature that held; null while none did.</summary>
    public RecordSignature? Verified { get; set; }

    /// <summary>The name as the zone has it: a wildcard where the records come from one.</summary>
    public bool IsExpanded => Verified is { } signature && signature.Labels < DnsName.CountLabels(Owner) - (Owner[0] == 1 && Owner[1] == '*' ? 1 : 0);

    /// <summary>The octets that a signature signs (RFC 4034 §3.1.8.1).</summary>
    /// <returns>Null when the signature cannot be of this owner.</returns>
    public byte[]? SignedOctets(RecordSignature signature)
    {
        var labels = DnsName.CountLabels(Owner);
        if (signature.Labels > labels)
            return null;
        Sort();
        byte[] name = signature.Labels == labels || (signature.Labels == labels - 1 && Owner[0] == 1 && Owner[1] == '*')
            ? Owner
            : [1, (byte)'*', .. CanonicalForm.Ancestor(Owner, signature.Labels)];
        var octets = new byte[signature.Signed.Length + Data.Sum(data => name.Length + 10 + data.Length)];
        signature.Signed.CopyTo(octets, 0);
        var rest = octets.AsSpan(signature.Signed.Length);
        foreach (var data in Data)
        {
            name.CopyTo(rest);
            rest = rest[name.Length..];
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)Type);
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)RecordClass.Internet);
            BinaryPrimitives.WriteUInt32BigEndian(rest[4..], signature.OriginalTtl);
            BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)data.Length);
            data.CopyTo(rest[10..]);
            rest = rest[(10 + data.Length)..];
        }

        return octets;
    }

    /// <summary>How long its records may be remembered: no longer than the signature that held says (RFC 4035 §5.3.3).</summary>
    public uint SecondsLeft(uint now) => Verified is { } signature ? Math.Min(Math.Min(Ttl, signature.OriginalTtl), (uint)Math.Max(0, (int)(signature.Expiration - now))) : Ttl;

    public override string ToString() => $"{DnsText.Of(Type)} of {DnsName.ToText(Owner)}";

    // RFC 4034 §6.3: in the order of their octets, each once.
    private void Sort()
    {
        if (_isSorted)
            return;
        _isSorted = true;
        Data.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        for (var i = Data.Count - 1; i > 0; i--)
        {
            if (Data[i].AsSpan().SequenceEqual(Data[i - 1]))
                Data.RemoveAt(i);
        }
    }
}
