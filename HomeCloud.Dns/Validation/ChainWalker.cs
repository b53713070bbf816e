using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Goes from a trust anchor down to the zone of a name, cut by cut: RFC 4035 §5, RFC 6840 §4.4.</summary>
internal sealed class ChainWalker(TrustAnchors anchors, IKeySource source, TrustCache cache, Func<uint> clock)
{
    public TrustAnchors Anchors => anchors;

    /// <summary>The zone that a name belongs to, as far as anyone can know: secure with its keys, insecure or failed.</summary>
    public async ValueTask<ZoneTrust> FindAsync(byte[] foldedName, ValidationWork work, CancellationToken cancellation)
    {
        var anchor = anchors.Find(foldedName);
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
        var found = await KeysAsync(anchor.Zone, anchor.Matches, uint.MaxValue, work, cancellation);
        if (found.Verdict.Error is EdeCode.SignatureExpired or EdeCode.SignatureNotYetValid)
            return found with { Verdict = found.Verdict with { Text = $"this machine's clock says {DateTimeOffset.FromUnixTimeSeconds(clock()).UtcDateTime:yyyy-MM-dd HH:mm} UTC, and {found.Verdict.Text}: set the clock" } };
        if (found.Verdict.Error is EdeCode.RrsigsMissing or EdeCode.DnskeyMissing && found.Keys.Count == 0)
            return found with { Verdict = found.Verdict with { Text = $"{found.Verdict.Text}; if it is so for all names, the upstream passes no DNSSEC records: set another, or --dnssec off" } };
        return found;
    }

    private async ValueTask<ZoneTrust> StepAsync(byte[] name, ZoneTrust above, ValidationWork work, CancellationToken cancellation)
    {
        var (message, failure) = await FetchAsync(name, RecordType.Ds, work, cancellation);
        if (message is null)
            return ZoneTrust.Failed(name, failure);
        var now = clock();
        if (message.Find(name, RecordType.Ds, Section.Answer) is { } set)
        {
            var verdict = SetVerifier.Verify(set, above.Zone, above.Keys, now, work);
            return verdict.Security == Security.Secure
                ? await DelegationAsync(name, set, work, cancellation)
                : ZoneTrust.Failed(name, verdict);
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
    private async ValueTask<ZoneTrust> KeysAsync(byte[] zone, Func<ZoneKey, bool> isNamed, uint seconds, ValidationWork work, CancellationToken cancellation)
    {
        var (message, failure) = await FetchAsync(zone, RecordType.Dnskey, work, cancellation);
        if (message is null)
            return ZoneTrust.Failed(zone, failure);
        if (message.Find(zone, RecordType.Dnskey, Section.Answer) is not { } set)
            return ZoneTrust.Failed(zone, Verdict.Bogus(EdeCode.DnskeyMissing, $"{DnsName.ToText(zone)} has no DNSKEY records"));
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

    private async ValueTask<(SignedMessage? Message, Verdict Failure)> FetchAsync(byte[] name, RecordType type, ValidationWork work, CancellationToken cancellation)
    {
        if (!work.MayFetch())
            return (null, ValidationWork.Exhausted);
        var reply = await source.FetchAsync(name, type, cancellation);
        if (reply.Message.Length == 0 || reply.Code is not (ResponseCode.NoError or ResponseCode.NameError))
            return (null, new Verdict(Security.Indeterminate, null, "", reply.Options));
        return SignedMessage.Read(reply.Message, reply.QuestionEnd, reply.Code) is { } message
            ? (message, default)
            : (null, Verdict.Bogus(EdeCode.DnssecBogus, $"the {DnsText.Of(type)} answer for {DnsName.ToText(name)} is malformed"));
    }
}
