namespace HomeCloud.Lab.Names;

/// <summary>
/// What of the lab's internet is signed: the root, and its zone <c>example.</c>. All other top-level domains are proven to be
/// unsigned. A denial says that the name asked for exists and has nothing of the type (RFC 9824), so no name needs a neighbour.
/// </summary>
public sealed class SignedNames(LabKey key)
{
    public const string Good = "signed.example.";

    /// <summary>Its address is another than the one that was signed.</summary>
    public const string Bogus = "bogus.example.";

    private const string Root = ".";
    private const string Zone = "example.";
    private const int DenialTtl = 60;

    private static readonly RecordKind[] Proofs = [RecordKind.Rrsig, RecordKind.Nsec];

    /// <returns>Null when the answer is none of these.</returns>
    internal SignedAnswer? Find(string name, RecordKind kind)
    {
        var asked = name.ToLowerInvariant();
        var isTop = asked.IndexOf('.', StringComparison.Ordinal) == asked.Length - 1;
        if (asked == Zone && kind == RecordKind.Ds)
            return Answer(Root, asked, kind, key.Delegation(Zone));
        if (asked is Root or Zone && kind == RecordKind.Dnskey)
            return Answer(asked, asked, kind, key.Data);
        if (asked == Good && kind == RecordKind.A)
            return Answer(Zone, asked, kind, OutsideNames.PlainAddress.GetAddressBytes());
        if (asked == Bogus && kind == RecordKind.A)
            return Forge(Answer(Zone, asked, kind, OutsideNames.PlainAddress.GetAddressBytes()));
        if (asked == Zone || asked.EndsWith("." + Zone, StringComparison.Ordinal))
            return Denial(Zone, asked, Proofs);
        if (asked == Root)
            return Denial(Root, asked, [.. Proofs, RecordKind.Dnskey]);
        return isTop && kind == RecordKind.Ds ? Denial(Root, asked, [RecordKind.Ns, .. Proofs]) : null;
    }

    private SignedAnswer Answer(string zone, string owner, RecordKind kind, byte[] data) => new([Signed(zone, owner, kind, OutsideNames.Ttl, data)], []);

    private static SignedAnswer Forge(SignedAnswer answer)
    {
        answer.Answers[0].Data[^1] ^= 1;
        return answer;
    }

    private SignedAnswer Denial(string zone, string owner, RecordKind[] kinds)
    {
        var next = new List<byte> { 1, 0 };
        WireText.WriteName(next, owner);
        return new([], [Signed(zone, zone, RecordKind.Soa, DenialTtl, OutsideNames.Soa()), Signed(zone, owner, RecordKind.Nsec, DenialTtl, [.. next, .. Bitmap(kinds)])]);
    }

    private SignedRecord Signed(string zone, string owner, RecordKind kind, int ttl, byte[] data) => new(owner, kind, ttl, data, key.Sign(zone, owner, kind, ttl, data));

    // RFC 4034 §4.1.2; all of them are in the first window.
    private static byte[] Bitmap(RecordKind[] kinds)
    {
        var bits = new byte[((int)kinds.Max() / 8) + 1];
        foreach (var kind in kinds)
            bits[(int)kind / 8] |= (byte)(0x80 >> ((int)kind % 8));
        return [0, (byte)bits.Length, .. bits];
    }
}

/// <param name="Answers">Of the answer section.</param>
/// <param name="Authority">SOA and proof when there is no answer.</param>
internal sealed record SignedAnswer(IReadOnlyList<SignedRecord> Answers, IReadOnlyList<SignedRecord> Authority);

/// <param name="Owner">Name.</param>
/// <param name="Kind">Type.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Data">RDATA.</param>
/// <param name="Signature">RDATA of its RRSIG record.</param>
internal sealed record SignedRecord(string Owner, RecordKind Kind, int Ttl, byte[] Data, byte[] Signature);
