using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>The proofs in the authority section of an answer, verified by the keys of a zone.</summary>
internal static class Denials
{
    /// <summary>Eight prove anything; more are not looked at.</summary>
    private const int MaxSets = 12;

    /// <param name="seconds">How long they may be believed; unchanged when there are none.</param>
    /// <returns>Null when there is none that holds.</returns>
    public static IDenial? Read(SignedMessage message, ZoneTrust zone, uint now, ValidationWork work, ref uint seconds)
    {
        var nsec = new NsecDenial(zone.Zone);
        var nsec3 = new Nsec3Denial(zone.Zone, work);
        var looked = 0;
        foreach (var set in message.Sets)
        {
            if (set.Section != Section.Authority || set.Type is not (RecordType.Nsec or RecordType.Nsec3) || ++looked > MaxSets)
                continue;

            // What another zone on the way to this answer has signed says nothing here.
            if (set.Verified is { } signature ? !signature.Signer.AsSpan().SequenceEqual(zone.Zone) : SetVerifier.Verify(set, zone.Zone, zone.Keys, now, work).Security != Security.Secure)
                continue;

            // A wildcard's proof is its own; expanded it proves nothing about another name.
            if (set.IsExpanded)
                continue;
            seconds = Math.Min(seconds, set.SecondsLeft(now));
            if (set.Type == RecordType.Nsec)
                nsec.Add(set);
            else
                nsec3.Add(set);
        }

        return nsec.HasRecords ? nsec : nsec3.HasRecords ? nsec3 : null;
    }

    /// <summary>For a zone whose NSEC3 parameters are too much work: as if it were unsigned.</summary>
    public static Verdict TooManyIterations(byte[] zone) => Verdict.Unsigned(
        EdeCode.UnsupportedNsec3Iterations,
        $"{DnsName.ToText(zone)} wants more than {Nsec3Denial.MaxIterations} iterations of NSEC3: its proofs are not checked");
}
