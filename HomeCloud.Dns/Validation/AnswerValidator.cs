using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Judges an answer: each RRset of its answer section, and the proof of what it says is not there (RFC 4035 §5.3, §5.4; RFC 5155 §8).</summary>
/// <param name="walker">Finds zones and their keys.</param>
/// <param name="isExempt">Whether a folded name is under a negative trust anchor (RFC 7646): nobody signs it, and nothing is asked about it.</param>
/// <param name="clock">Seconds since 1970, modulo 2^32.</param>
/// <param name="staysHome">Whether a folded name to which an alias leads is not asked outside, so that nothing proves what it has; null: each is.</param>
internal sealed class AnswerValidator(ChainWalker walker, Func<byte[], bool> isExempt, Func<uint> clock, Func<byte[], bool>? staysHome = null)
{
    /// <summary>As many aliases as are followed.</summary>
    private const int MaxAliases = 17;

    /// <param name="message">The response; signatures that hold are noted in its sets.</param>
    /// <param name="foldedName">What was asked.</param>
    /// <param name="type">Likewise.</param>
    public async ValueTask<Verdict> JudgeAsync(SignedMessage message, byte[] foldedName, RecordType type, CancellationToken cancellation)
    {
        // Signatures are not signed: nobody can judge an answer that has nothing else. That the name does not exist has a proof.
        if (type == RecordType.Rrsig && message.Code != ResponseCode.NameError)
            return Verdict.Insecure;
        var work = new ValidationWork();
        var overall = Verdict.Secure;
        foreach (var set in message.Sets)
        {
            if (set.Section != Section.Answer || IsImplied(message, set))
                continue;
            var verdict = await JudgeSetAsync(message, set, work, cancellation);
            if (verdict.Security is not (Security.Secure or Security.Insecure))
                return work.IsExhausted ? ValidationWork.Exhausted : verdict;
            if (verdict.Security == Security.Insecure && overall.Error is null)
                overall = verdict;
        }

        var target = Follow(message, foldedName, type);
        if (target is null && message.Code == ResponseCode.NameError && overall.Security == Security.Secure)
            return Verdict.Bogus(EdeCode.DnssecBogus, $"{DnsName.ToText(foldedName)} has signed {DnsText.Of(type)} records, and the answer says that it does not exist");
        if (target is null)
            return overall;
        if (!target.AsSpan().SequenceEqual(foldedName) && staysHome?.Invoke(target) == true)
            return Verdict.Insecure;
        var denied = await JudgeDenialAsync(message, target, type, work, cancellation);
        return work.IsExhausted ? ValidationWork.Exhausted : denied.Security != Security.Secure || overall.Security == Security.Secure ? denied : overall;
    }

    /// <summary>Forgets old keys of the zones that signed the answer, before it is asked once more.</summary>
    public void ForgetOldKeys(SignedMessage message)
    {
        foreach (var set in message.Sets)
        {
            if (SignerOf(set, set.Owner, set.Type) is { } signer)
                walker.ForgetOld(signer);
        }
    }

    private async ValueTask<Verdict> JudgeSetAsync(SignedMessage message, SignedSet set, ValidationWork work, CancellationToken cancellation)
    {
        if (isExempt(set.Owner))
            return Verdict.Insecure;
        var signer = SignerOf(set, set.Owner, set.Type);
        var zone = await walker.FindAsync(signer ?? ZoneName(set.Owner, set.Type), work, cancellation);
        if (zone.Kind != TrustKind.Secure)
            return zone.Verdict;
        if (signer is null)
            return Verdict.Bogus(EdeCode.RrsigsMissing, $"{DnsName.ToText(zone.Zone)} is signed, and {set} is not");
        if (!zone.Zone.AsSpan().SequenceEqual(signer))
            return Verdict.Bogus(EdeCode.DnssecBogus, $"{set} is signed by {DnsName.ToText(signer)}, which is no signed zone");
        var verdict = SetVerifier.Verify(set, zone.Zone, zone.Keys, clock(), work);
        if (verdict.Security != Security.Secure || !set.IsExpanded)
            return verdict;
        var seconds = uint.MaxValue;
        return Denials.Read(message, zone, clock(), work, ref seconds)?.NothingCloser(set.Owner, set.Verified!.Labels) switch
        {
            Proof.Proven => verdict,
            Proof.OptOut => Verdict.Insecure,
            Proof.TooManyIterations => Denials.TooManyIterations(zone.Zone),
            _ => Verdict.Bogus(EdeCode.NsecMissing, $"{set} comes from a wildcard, and nothing proves that the name itself does not exist"),
        };
    }

    private async ValueTask<Verdict> JudgeDenialAsync(SignedMessage message, byte[] target, RecordType type, ValidationWork work, CancellationToken cancellation)
    {
        if (isExempt(target))
            return Verdict.Insecure;
        var signer = SignerOfDenial(message, target, type);
        var zone = await walker.FindAsync(signer ?? ZoneName(target, type), work, cancellation);
        if (zone.Kind != TrustKind.Secure)
            return zone.Verdict;
        var what = message.Code == ResponseCode.NameError ? $"{DnsName.ToText(target)} does not exist" : $"{DnsName.ToText(target)} has no {DnsText.Of(type)} record";
        if (signer is null || !zone.Zone.AsSpan().SequenceEqual(signer))
            return Verdict.Bogus(EdeCode.NsecMissing, $"{DnsName.ToText(zone.Zone)} is signed, and nothing signed proves that {what}");
        var now = clock();
        foreach (var set in message.Sets)
        {
            if (set.Section == Section.Authority && set.Type == RecordType.Soa && SetVerifier.Verify(set, zone.Zone, zone.Keys, now, work) is { Security: not Security.Secure } wrong)
                return wrong;
        }

        var seconds = uint.MaxValue;
        var denial = Denials.Read(message, zone, now, work, ref seconds);
        var proof = denial is null ? Proof.None : message.Code == ResponseCode.NameError ? denial.NoName(target) : denial.NoData(target, type);
        return proof switch
        {
            Proof.Proven or Proof.UnsignedDelegation => Verdict.Secure,
            Proof.OptOut => Verdict.Insecure,
            Proof.TooManyIterations => Denials.TooManyIterations(zone.Zone),
            _ => await UnsignedBelowAsync(target, type, work, cancellation) ?? Why(message, zone, now, work) ?? Verdict.Bogus(EdeCode.NsecMissing, $"no valid proof of {DnsName.ToText(zone.Zone)} that {what}"),
        };
    }

    // What is there may prove the wildcard that led there. Without an SOA record, only the walk tells whose name the target is.
    private async ValueTask<Verdict?> UnsignedBelowAsync(byte[] target, RecordType type, ValidationWork work, CancellationToken cancellation)
    {
        var below = await walker.FindAsync(ZoneName(target, type), work, cancellation);
        return below.Kind == TrustKind.Insecure ? below.Verdict : null;
    }

    // A proof that is there and does not hold explains more than that there is none.
    private static Verdict? Why(SignedMessage message, ZoneTrust zone, uint now, ValidationWork work)
    {
        foreach (var set in message.Sets)
        {
            if (set.Section == Section.Authority && set.Type is RecordType.Nsec or RecordType.Nsec3 && set.Verified is null
                && SetVerifier.Verify(set, zone.Zone, zone.Keys, now, work) is { Security: not Security.Secure } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    // Null as well when the SOA is of an unsigned zone: then a proof beside it is of the wildcard that led there, and only a walk
    // tells whether that zone may be unsigned.
    private byte[]? SignerOfDenial(SignedMessage message, byte[] target, RecordType type)
    {
        byte[]? signer = null;
        foreach (var set in message.Sets)
        {
            if (set.Section != Section.Authority || set.Type is not (RecordType.Soa or RecordType.Nsec or RecordType.Nsec3))
                continue;
            var found = SignerOf(set, target, type);
            if (found is null && set.Type == RecordType.Soa && DnsName.IsAtOrBelow(ZoneName(target, type), set.Owner))
                return null;
            if (found is not null && found.Length > (signer?.Length ?? 0))
                signer = found;
        }

        return signer;
    }

    // The zone closest to the name whose signature the set has. It is a hint, checked on the way down from the anchor: so a name
    // below an anchor must be signed at or below it.
    private byte[]? SignerOf(SignedSet set, byte[] name, RecordType type)
    {
        if (set.Signatures.Count == 0)
            return null;
        byte[]? signer = null;
        var lowest = ZoneName(name, type);
        var anchor = walker.Anchors.Find(lowest).Zone;
        foreach (var signature in set.Signatures)
        {
            var isAbove = DnsName.IsAtOrBelow(lowest, signature.Signer) && DnsName.IsAtOrBelow(signature.Signer, anchor);
            if (isAbove && (signer is null || signature.Signer.Length > signer.Length))
                signer = signature.Signer;
        }

        return signer;
    }

    // DS belongs to the zone above.
    private static byte[] ZoneName(byte[] name, RecordType type) => type == RecordType.Ds ? DnsName.Parent(name).ToArray() : name;

    /// <summary>Where the aliases end without an answer; null when the answer is there.</summary>
    private static byte[]? Follow(SignedMessage message, byte[] name, RecordType type)
    {
        if (type == RecordType.Any && message.Sets.Any(set => set.Section == Section.Answer))
            return null;
        for (var aliases = 0; aliases < MaxAliases; aliases++)
        {
            if (message.Find(name, type, Section.Answer) is not null)
                return null;
            if (message.Find(name, RecordType.Cname, Section.Answer) is not { } alias)
                return name;
            name = alias.Data[0];
        }

        return name;
    }

    // RFC 6672 §5.3.1: the alias that a DNAME implies is not signed; the DNAME is.
    private static bool IsImplied(SignedMessage message, SignedSet alias)
    {
        if (alias.Type != RecordType.Cname || alias.Signatures.Count > 0 || alias.Data.Count != 1)
            return false;
        foreach (var set in message.Sets)
        {
            if (set.Type != RecordType.Dname || set.Section != Section.Answer || set.Data.Count != 1 || set.Owner.Length >= alias.Owner.Length || !DnsName.IsAtOrBelow(alias.Owner, set.Owner))
                continue;
            byte[] implied = [.. alias.Owner.AsSpan(0, alias.Owner.Length - set.Owner.Length), .. set.Data[0]];
            if (implied.AsSpan().SequenceEqual(alias.Data[0]))
                return true;
        }

        return false;
    }
}
