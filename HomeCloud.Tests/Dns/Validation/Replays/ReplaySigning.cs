using System.Buffers.Binary;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>
/// Signs a scenario anew, with ECDSA, if it uses retired algorithms: DNSKEY and DS records name the new keys, and each signature that
/// held before holds again, with the same dates. One that did not hold does not. Algorithms that no validator knows stay.
/// </summary>
internal sealed class ReplaySigning : IDisposable
{
    private readonly List<OldKey> _keys = [];

    /// <param name="scenario">Its records are replaced.</param>
    /// <param name="anchors">DS and DNSKEY records that are believed; replaced.</param>
    public ReplaySigning(ReplayScenario scenario, List<LooseRecord> anchors)
    {
        var all = scenario.Entries.SelectMany(entry => (List<LooseRecord>)[.. entry.Answers, .. entry.Authorities]).Concat(anchors).ToList();
        if (!all.Exists(record => (record.Type == RecordType.Dnskey && RetiredAlgorithm.Is(record.Data[3])) || (record.Type == RecordType.Ds && RetiredAlgorithm.Is(record.Data[2]))))
            return;
        var known = all.Where(record => record.Type == RecordType.Dnskey && record.Data.Length > 4 && IsKnown(record.Data[3]));
        foreach (var record in known.DistinctBy(record => (Convert.ToHexString(ReplayEntry.Folded(record.Owner)), Convert.ToHexString(record.Data))))
        {
            var key = new ReplayKey(RetiredAlgorithm.IsDsa(record.Data[3]), BinaryPrimitives.ReadUInt16BigEndian(record.Data), record.Data[2]);
            _keys.Add(new OldKey(ReplayEntry.Folded(record.Owner), ZoneKey.Read(record.Data)!, key));
        }

        foreach (var entry in scenario.Entries)
            Sign(entry);
        for (var i = 0; i < anchors.Count; i++)
            anchors[i] = WithNewKeys(anchors[i]);
    }

    public void Dispose() => _keys.ForEach(key => key.New.Dispose());

    private void Sign(ReplayEntry entry)
    {
        var old = Read([.. entry.Answers, .. entry.Authorities]);
        var rekeyed = Read([.. entry.Answers.Select(WithNewKeys), .. entry.Authorities.Select(WithNewKeys)]);
        foreach (var section in (List<LooseRecord>[])[entry.Answers, entry.Authorities])
        {
            for (var i = 0; i < section.Count; i++)
                section[i] = section[i].Type == RecordType.Rrsig ? Resign(section[i], old, rekeyed) : WithNewKeys(section[i]);
        }
    }

    private LooseRecord Resign(LooseRecord record, SignedMessage old, SignedMessage rekeyed)
    {
        if (RecordSignature.Read(record.Data) is not { } signature || !IsKnown(signature.Algorithm))
            return record;
        var (owner, section) = (ReplayEntry.Folded(record.Owner), record.IsAuthority ? Section.Authority : Section.Answer);
        var candidates = _keys.Where(key => key.Zone.AsSpan().SequenceEqual(signature.Signer) && key.Old.Tag == signature.Tag && key.Old.Algorithm == signature.Algorithm).ToList();
        var octets = old.Find(owner, signature.Covered, section)?.SignedOctets(signature);
        var signer = octets is null ? null : candidates.Find(key => Holds(signature, key.Old, octets));
        if (signer is not null)
            return record with { Data = signer.New.Sign(signature, rekeyed.Find(owner, signature.Covered, section)!) };
        return record with { Data = ReplayKey.Forge(signature, ReplayKey.For(RetiredAlgorithm.IsDsa(signature.Algorithm)), candidates is [var named, ..] ? named.New.Tag : signature.Tag) };
    }

    private LooseRecord WithNewKeys(LooseRecord record)
    {
        switch (record.Type)
        {
            case RecordType.Dnskey:
                return _keys.Find(key => key.Old.Data.SequenceEqual(record.Data) && DnsName.EqualsIgnoreCase(key.Zone, record.Owner)) is { } known ? record with { Data = known.New.Data } : record;
            case RecordType.Ds when DelegationSigner.Read(record.Data) is { } signer && IsKnown(signer.Algorithm):
                var zone = ReplayEntry.Folded(record.Owner);
                var key = _keys.Find(key => key.Zone.AsSpan().SequenceEqual(zone) && signer.Matches(zone, key.Old));
                var data = record.Data.ToArray();
                data[2] = ReplayKey.For(RetiredAlgorithm.IsDsa(signer.Algorithm));
                if (key is null)
                    return record with { Data = data };
                BinaryPrimitives.WriteUInt16BigEndian(data, key.New.Tag);
                return record with { Data = [.. data[..4], .. Digests.Compute(signer.DigestType, [.. zone, .. key.New.Data])] };
            default:
                return record;
        }
    }

    private static bool IsKnown(byte algorithm) => RetiredAlgorithm.Is(algorithm) || SignatureAlgorithm.IsSupported(algorithm);

    private static bool Holds(RecordSignature signature, ZoneKey key, byte[] octets) => RetiredAlgorithm.Is(signature.Algorithm)
        ? RetiredAlgorithm.Verify(signature.Algorithm, key.PublicKey, octets, signature.Signature)
        : SignatureAlgorithm.Verify(signature.Algorithm, key.PublicKey, octets, signature.Signature);

    private static SignedMessage Read(List<LooseRecord> records)
    {
        var query = DnsMessage.Parse(DnsMessage.Query(".", RecordType.A));
        return SignedMessage.Read(LooseRecord.Compose(query, ResponseCode.NoError, records), MessageHeader.Size + 5, ResponseCode.NoError)!;
    }

    private sealed record OldKey(byte[] Zone, ZoneKey Old, ReplayKey New);
}
