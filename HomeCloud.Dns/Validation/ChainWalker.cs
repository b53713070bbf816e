using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Goes from a trust anchor down to the zone of a name, cut by cut: RFC 4035 §5, RFC 6840 §4.4.</summary>
internal sealed class ChainWalker(IAnchors anchors, IKeySource source, TrustCache cache, Func<uint> clock)
{
    /// <summary>Real zones have a handful; they are kept, and each signature is held against them.</summary>
    private const int MaxKeys = 64;

    public TrustAnchors Anchors => anchors.Current;

    /// <inheritdoc cref="TrustCache.ForgetOld"/>
    public void ForgetOld(ReadOnlySpan<byte> foldedZone) => cache.ForgetOld(foldedZone);

    /// <summary>The zone of a name, as far as the way down to it is proven: secure with its keys, insecure, or failed.</summary>
    public async ValueTask<ZoneTrust> FindAsync(byte[] foldedName, ValidationWork work, CancellationToken cancellation)
    {
        var anchor = anchors.Current.Find(foldedName);
        var zone = cache.Find(anchor.Zone) ?? Remember(anchor.Zone, await AnchorAsync(anchor, work, cancellation), work);
        var labels = DnsName.CountLabels(foldedName);
        for (var count = DnsName.CountLabels(anchor.Zone) + 1; count <= labels && zone.Kind == TrustKind.Secure; count++)
        {
            var step = CanonicalForm.Ancestor(foldedName, count).ToArray();
            var next = cache.Find(step) ?? Remember(step, await StepAsync(step, zone, work, cancellation), work);
            if (next.Kind == TrustKind.NoName)
                return zone;
            if (next.Kind != TrustKind.NoCut)
                zone = next;
        }

        return zone;
    }

    // That one answer was too much work says nothing about the next.
    private ZoneTrust Remember(byte[] name, ZoneTrust trust, ValidationWork work)
    {
        if (!work.IsExhausted)
            cache.Store(name, trust);
        return trust;
    }

    private async ValueTask<ZoneTrust> AnchorAsync(TrustAnchor anchor, ValidationWork work, CancellationToken cancellation)
    {
        var found = await TwiceAsync(anchor.Zone, RecordType.Dnskey, message => AnchorKeys(anchor.Zone, message, work), work, cancellation);
        if (found.Verdict.Error is EdeCode.SignatureExpired or EdeCode.SignatureNotYetValid)
            return found with { Verdict = found.Verdict with { Text = $"this machine's clock says {DateTimeOffset.FromUnixTimeSeconds(clock()).UtcDateTime:yyyy-MM-dd HH:mm} UTC, and {found.Verdict.Text}: set the clock" } };
        if (found.Verdict.Error is EdeCode.RrsigsMissing or EdeCode.DnskeyMissing && found.Keys.Count == 0)
            return found with { Verdict = found.Verdict with { Advice = "; if it is so for all names, the upstream passes no DNSSEC records: set another, or --dnssec off" } };
        return found;
    }

    private ZoneTrust AnchorKeys(byte[] zone, SignedMessage message, ValidationWork work)
    {
        var set = message.Find(zone, RecordType.Dnskey, Section.Answer);
        if (set is { Data.Count: <= MaxKeys })
            anchors.SeeRevoked(zone, set, clock());
        var trust = Keys(zone, message, anchors.Current.Find(zone).Matches, uint.MaxValue, work);
        if (trust.Kind == TrustKind.Secure)
            anchors.SeeValid(zone, set!);
        return trust;
    }

    private async ValueTask<ZoneTrust> StepAsync(byte[] name, ZoneTrust above, ValidationWork work, CancellationToken cancellation)
    {
        SignedSet? signers = null;
        var step = await TwiceAsync(name, RecordType.Ds, message => Cut(name, message, above, work, out signers), work, cancellation);
        return signers?.Verified is null || step.Kind == TrustKind.Failed ? step : await DelegationAsync(name, signers, work, cancellation);
    }

    private ZoneTrust Cut(byte[] name, SignedMessage message, ZoneTrust above, ValidationWork work, out SignedSet? signers)
    {
        var now = clock();
        signers = message.Find(name, RecordType.Ds, Section.Answer);
        if (signers is not null)
        {
            var verdict = SetVerifier.Verify(signers, above.Zone, above.Keys, now, work);
            return verdict.Security == Security.Secure ? new ZoneTrust(TrustKind.Secure, name, [], verdict, 0) : ZoneTrust.Failed(name, verdict);
        }

        // An alias is no cut. From which wildcard it came does not matter: what is below would have to be signed above.
        if (message.Find(name, RecordType.Cname, Section.Answer) is { } alias && SetVerifier.Verify(alias, above.Zone, above.Keys, now, work).Security == Security.Secure)
            return new ZoneTrust(TrustKind.NoCut, name, [], Verdict.Secure, alias.SecondsLeft(now));
        return Denied(name, message, above, now, work);
    }

    private static ZoneTrust Denied(byte[] name, SignedMessage message, ZoneTrust above, uint now, ValidationWork work)
    {
        var seconds = uint.MaxValue;
        var denial = Denials.Read(message, above, now, work, ref seconds);
        var isNoName = message.Code == ResponseCode.NameError;
        var proof = denial is null ? Proof.None : isNoName ? denial.NoName(name) : denial.NoData(name, RecordType.Ds);

        // Some servers say of an empty non-terminal that it does not exist. The RCODE is not signed; the proof is.
        if (isNoName && proof == Proof.None && denial is not null)
            (isNoName, proof) = (false, denial.NoData(name, RecordType.Ds));
        if (work.IsExhausted)
            return ZoneTrust.Failed(name, ValidationWork.Exhausted);
        return proof switch
        {
            Proof.Proven => new ZoneTrust(isNoName ? TrustKind.NoName : TrustKind.NoCut, name, [], Verdict.Secure, seconds),
            Proof.UnsignedDelegation or Proof.OptOut => new ZoneTrust(TrustKind.Insecure, name, [], Verdict.Insecure, seconds),
            Proof.TooManyIterations => new ZoneTrust(TrustKind.Insecure, name, [], Denials.TooManyIterations(above.Zone), seconds),
            _ => ZoneTrust.Failed(name, Verdict.Bogus(EdeCode.NsecMissing, $"{DnsName.ToText(above.Zone)} is signed, and nothing proves that {DnsName.ToText(name)} has no DS record")),
        };
    }

    private async ValueTask<ZoneTrust> DelegationAsync(byte[] name, SignedSet set, ValidationWork work, CancellationToken cancellation)
    {
        var seconds = set.SecondsLeft(clock());
        var all = set.Data.Select(DelegationSigner.Read).OfType<DelegationSigner>().ToList();
        var signers = all.Where(signer => signer.IsSupported).ToList();
        if (signers.Count == 0)
        {
            var isDigest = all.Exists(signer => SignatureAlgorithm.IsSupported(signer.Algorithm));
            var verdict = Verdict.Unsigned(
                isDigest ? EdeCode.UnsupportedDsDigest : EdeCode.UnsupportedDnskeyAlgorithm,
                $"{DnsName.ToText(name)} is signed in a way that is not known here: it counts as unsigned");
            return new ZoneTrust(TrustKind.Insecure, name, [], verdict, seconds);
        }

        // RFC 4509 §3: SHA-1 counts only where there is nothing better.
        if (signers.Exists(signer => !Digests.IsWeak(signer.DigestType)))
            signers.RemoveAll(signer => Digests.IsWeak(signer.DigestType));
        return await KeysAsync(name, key => signers.Exists(signer => signer.Matches(name, key)), seconds, work, cancellation);
    }

    // RFC 4035 §5.2: a key that the zone above names signs all keys.
    private ValueTask<ZoneTrust> KeysAsync(byte[] zone, Func<ZoneKey, bool> isNamed, uint seconds, ValidationWork work, CancellationToken cancellation) =>
        TwiceAsync(zone, RecordType.Dnskey, message => Keys(zone, message, isNamed, seconds, work), work, cancellation);

    private ZoneTrust Keys(byte[] zone, SignedMessage message, Func<ZoneKey, bool> isNamed, uint seconds, ValidationWork work)
    {
        if (message.Find(zone, RecordType.Dnskey, Section.Answer) is not { } set)
            return ZoneTrust.Failed(zone, Verdict.Bogus(EdeCode.DnskeyMissing, $"{DnsName.ToText(zone)} has no DNSKEY records"));
        if (set.Data.Count > MaxKeys)
            return ZoneTrust.Failed(zone, Verdict.Bogus(EdeCode.DnssecBogus, $"{DnsName.ToText(zone)} has more than {MaxKeys} DNSKEY records"));
        var keys = set.Data.Select(ZoneKey.Read).OfType<ZoneKey>().ToList();
        var named = keys.Where(isNamed).ToList();
        if (named.Count == 0)
            return ZoneTrust.Failed(zone, Verdict.Bogus(EdeCode.DnskeyMissing, $"no DNSKEY of {DnsName.ToText(zone)} is the one that the zone above, or the trust anchor, names"));
        if (!named.Exists(key => key.SignsZone))
            return ZoneTrust.Failed(zone, Verdict.Bogus(EdeCode.NoZoneKeyBitSet, $"the DNSKEY of {DnsName.ToText(zone)} is no zone key, or was revoked"));
        var verdict = SetVerifier.Verify(set, zone, [.. named.Where(key => key.SignsZone)], clock(), work);
        return verdict.Security == Security.Secure
            ? new ZoneTrust(TrustKind.Secure, zone, [.. keys.Where(key => key.SignsZone && SignatureAlgorithm.IsSupported(key.Algorithm))], Verdict.Secure, Math.Min(seconds, set.SecondsLeft(clock())))
            : ZoneTrust.Failed(zone, verdict);
    }

    // What is bogus may be the fault of one upstream, or of a forger who was lucky once: it is asked once more.
    private async ValueTask<ZoneTrust> TwiceAsync(byte[] name, RecordType type, Func<SignedMessage, ZoneTrust> judge, ValidationWork work, CancellationToken cancellation)
    {
        var (first, from) = await OnceAsync(name, type, judge, null, work, cancellation);
        if (first.Kind != TrustKind.Failed || first.Verdict.Security != Security.Bogus || work.IsExhausted)
            return first;
        var (second, _) = await OnceAsync(name, type, judge, from, work, cancellation);
        return second.Verdict.Security == Security.Indeterminate ? first : second;
    }

    private async ValueTask<(ZoneTrust Trust, object? From)> OnceAsync(byte[] name, RecordType type, Func<SignedMessage, ZoneTrust> judge, object? unlike, ValidationWork work, CancellationToken cancellation)
    {
        if (!work.MayFetch())
            return (ZoneTrust.Failed(name, ValidationWork.Exhausted), null);
        var reply = await source.FetchAsync(name, type, unlike, cancellation);
        if (reply.Message.Length == 0 || reply.Code is not (ResponseCode.NoError or ResponseCode.NameError))
            return (ZoneTrust.Failed(name, new Verdict(Security.Indeterminate, null, "", reply.Options)), reply.From);
        var trust = SignedMessage.Read(reply.Message, reply.QuestionEnd, reply.Code) is { } message
            ? judge(message)
            : ZoneTrust.Failed(name, Verdict.Bogus(EdeCode.DnssecBogus, $"the {DnsText.Of(type)} answer for {DnsName.ToText(name)} is malformed"));
        return (trust, reply.From);
    }
}
