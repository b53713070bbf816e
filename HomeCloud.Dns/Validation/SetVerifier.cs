using System.Globalization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Checks an RRset against the keys of its zone: RFC 4035 §5.3.</summary>
internal static class SetVerifier
{
    /// <summary>Signatures of one RRset that are looked at; zones in a change of keys have two or three.</summary>
    private const int MaxSignatures = 8;

    /// <summary>Keys with the tag and the algorithm of one signature that are tried.</summary>
    private const int MaxKeys = 2;

    /// <param name="set">Its signature that holds is noted in it.</param>
    /// <param name="zone">Folded: whose keys they are.</param>
    /// <param name="keys">Those that count.</param>
    /// <param name="now">Seconds since 1970, modulo 2^32.</param>
    /// <param name="work">What is left of it.</param>
    /// <returns>Secure, or bogus with the reason that explains most.</returns>
    public static Verdict Verify(SignedSet set, byte[] zone, IReadOnlyList<ZoneKey> keys, uint now, ValidationWork work)
    {
        // A key signs for its own zone only, whatever owners its holder puts in an answer (RFC 4035 §5.3.1).
        if (!DnsName.IsAtOrBelow(set.Owner, zone))
            return Verdict.Bogus(EdeCode.DnssecBogus, $"{set} is not in {DnsName.ToText(zone)}, which signed it");
        var best = Verdict.Bogus(EdeCode.RrsigsMissing, $"{set} has no signature of {DnsName.ToText(zone)}");
        var rank = 0;
        var looked = 0;
        foreach (var signature in set.Signatures)
        {
            if (!signature.Signer.AsSpan().SequenceEqual(zone) || !SignatureAlgorithm.IsSupported(signature.Algorithm) || ++looked > MaxSignatures)
                continue;
            var (verdict, telling) = Verify(set, signature, zone, keys, now, work);
            if (verdict.Security == Security.Secure)
            {
                set.Verified = signature;
                return verdict;
            }

            if (work.IsExhausted)
                return ValidationWork.Exhausted;
            if (telling > rank)
                (best, rank) = (verdict, telling);
        }

        return best;
    }

    private static (Verdict Verdict, int Rank) Verify(SignedSet set, RecordSignature signature, byte[] zone, IReadOnlyList<ZoneKey> keys, uint now, ValidationWork work)
    {
        if (signature.HasExpired(now))
            return (Verdict.Bogus(EdeCode.SignatureExpired, $"the signature of {set} expired on {Date(signature.Expiration, now)}"), 3);
        if (signature.IsEarly(now))
            return (Verdict.Bogus(EdeCode.SignatureNotYetValid, $"the signature of {set} is valid from {Date(signature.Inception, now)} on"), 3);
        byte[]? octets = null;
        var tried = 0;
        foreach (var key in keys)
        {
            if (key.Tag != signature.Tag || key.Algorithm != signature.Algorithm || tried == MaxKeys)
                continue;

            // Put together for a key that may have signed only: to lay out and hash a large set is work too.
            octets ??= set.SignedOctets(signature);
            if (octets is null)
                return (Verdict.Bogus(EdeCode.DnssecBogus, $"the signature of {set} is of a longer name"), 2);
            tried++;
            if (!work.MayVerify())
                return (ValidationWork.Exhausted, 5);
            if (HeldSignatures.Verify(signature.Algorithm, key.PublicKey, octets, signature.Signature))
                return (Verdict.Secure, 0);
            work.CountFailure();
        }

        return tried > 0
            ? (Verdict.Bogus(EdeCode.DnssecBogus, $"the signature of {set} is wrong: the data was changed, or signed badly"), 4)
            : (Verdict.Bogus(EdeCode.DnskeyMissing, $"{DnsName.ToText(zone)} has no key {signature.Tag}, which signed {set}"), 1);
    }

    /// <summary>The date of serial time (RFC 1982) around now.</summary>
    private static string Date(uint seconds, uint now) =>
        DateTimeOffset.FromUnixTimeSeconds((long)now + (int)(seconds - now)).UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
