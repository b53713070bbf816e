using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>
/// A signed root for scenarios whose trust begins further down: all of its delegations are unsigned. Our server always trusts a
/// root, and the scenario says that nothing is known of what is beside its islands.
/// </summary>
internal sealed class ReplayRoot(DateTimeOffset now) : IDisposable
{
    private readonly ReplayKey _key = new(isDsa: true);

    /// <summary>The trust anchor.</summary>
    public LooseRecord Anchor => new(false, [0], RecordType.Dnskey, 3600, _key.Data);

    /// <returns>Null when the question is not for the root to answer.</returns>
    public byte[]? Answer(DnsMessage query)
    {
        var name = DnsName.ParseFolded(query.Name)!;
        if (name.Length == 1 && query.Type == RecordType.Dnskey)
            return LooseRecord.Compose(query, ResponseCode.NoError, Signed(Anchor));
        if (query.Type != RecordType.Ds || DnsName.CountLabels(name) != 1)
            return null;

        // The name itself is the next one, below it nothing is: NS, RRSIG and NSEC are there.
        var proof = new LooseRecord(true, name, RecordType.Nsec, 3600, [1, 0, .. name, 0, 6, 0x20, 0, 0, 0, 0, 0x03]);
        return LooseRecord.Compose(query, ResponseCode.NoError, Signed(proof));
    }

    public void Dispose() => _key.Dispose();

    private List<LooseRecord> Signed(LooseRecord record)
    {
        var seconds = (uint)now.ToUnixTimeSeconds();
        byte[] like = [(byte)((int)record.Type >> 8), (byte)record.Type, 0, (byte)DnsName.CountLabels(record.Owner), 0, 0, 14, 16, .. Octets(seconds + (90 * 86_400)), .. Octets(seconds - 86_400), 0, 0, 0, 0];
        var set = new SignedSet(record.Owner, record.Type, Section.Answer);
        set.Data.Add(record.Data);
        return [record, record with { Type = RecordType.Rrsig, Data = _key.Sign(RecordSignature.Read(like)!, set) }];
    }

    private static byte[] Octets(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
