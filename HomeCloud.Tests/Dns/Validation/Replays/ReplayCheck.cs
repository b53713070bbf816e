using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>Holds an answer against what a scenario lays down: RCODE, AD, that SERVFAIL is for DNSSEC, and the records of the answer section without the signatures themselves.</summary>
internal static class ReplayCheck
{
    public static List<string> Differences(ReplayEntry expected, ReplayEntry query, DnsMessage answer)
    {
        var found = new List<string>();
        if (expected.Checks("rcode") && answer.Code != expected.Code)
            found.Add($"{DnsText.Of(answer.Code)} instead of {DnsText.Of(expected.Code)}");
        if (expected.Checks("flags") && answer.Has(HeaderFlags.AuthenticData) != expected.Says("AD"))
            found.Add(expected.Says("AD") ? "no AD" : "AD");
        if (expected.Checks("rcode") && expected.Code == ResponseCode.ServerFailure && answer.Code == expected.Code && !answer.Errors.Exists(error => error.Code is >= EdeCode.DnssecBogus and <= EdeCode.NsecMissing))
            found.Add("SERVFAIL, and not for DNSSEC");
        if (!expected.Checks("answer") || answer.Code != expected.Code)
            return found;
        var wanted = expected.Answers.Select(record => Shown(record, query.Says("DO") || query.Type is RecordType.Rrsig or RecordType.Any)).OfType<string>().ToHashSet();
        var got = Answers(answer).Select(record => Shown(record, true)).ToHashSet();
        found.AddRange(wanted.Except(got).Select(record => $"lacks {record}"));
        found.AddRange(got.Except(wanted).Select(record => $"has {record}"));
        return found;
    }

    private static List<LooseRecord> Answers(DnsMessage message)
    {
        var records = new List<LooseRecord>();
        var reader = new MessageReader(message.Octets);
        reader.TrySkipQuestion(out _, out _).Should().BeTrue();
        for (var i = 0; i < message.Answers.Count; i++)
        {
            reader.TryReadRecord(out var record).Should().BeTrue();
            var (owner, data) = (new byte[DnsName.MaxLength], new byte[record.DataLength + RecordData.Growth]);
            new MessageReader(message.Octets, record.NameOffset).TryReadName(owner, out var ownerLength).Should().BeTrue();
            RecordData.TryUnpack(message.Octets, record, data, out var length, out _).Should().BeTrue();
            records.Add(new LooseRecord(false, owner[..ownerLength], record.Type, record.Ttl, data[..length]));
        }

        return records;
    }

    // Signatures are made anew; of keys and their digests it counts that they are there.
    private static string? Shown(LooseRecord record, bool withSignatures)
    {
        if (record.Type == RecordType.Rrsig && !withSignatures)
            return null;
        var owner = DnsName.ToText(ReplayEntry.Folded(record.Owner));
        return record.Type switch
        {
            RecordType.Rrsig => $"{owner} RRSIG {DnsText.Of(record.Covers)}",
            RecordType.Dnskey or RecordType.Ds => $"{owner} {DnsText.Of(record.Type)}",
            _ => $"{owner} {DnsText.Of(record.Type)} {Convert.ToHexString(ReplayEntry.Folded(record.Data))}",
        };
    }
}
