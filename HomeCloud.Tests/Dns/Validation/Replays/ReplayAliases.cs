using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>Follows aliases through the answer of one server.</summary>
internal static class ReplayAliases
{
    /// <param name="records">Its answer section.</param>
    /// <param name="name">Folded: where to begin.</param>
    /// <param name="type">What was asked.</param>
    /// <param name="taken">Receives what belongs to the answer.</param>
    /// <returns>Where the aliases lead without an answer, null when one is there; and YXDOMAIN for a name that grows too long.</returns>
    public static (byte[]? Target, ResponseCode Code) Take(List<LooseRecord> records, byte[] name, RecordType type, List<LooseRecord> taken)
    {
        while (true)
        {
            if (type is RecordType.Any or RecordType.Rrsig && records.Exists(record => DnsName.EqualsIgnoreCase(record.Owner, name)))
            {
                taken.AddRange(records.Where(record => DnsName.EqualsIgnoreCase(record.Owner, name)));
                return (null, ResponseCode.NoError);
            }

            if (type != RecordType.Cname && TakeSet(records, name, type, taken).Count > 0)
                return (null, ResponseCode.NoError);
            var next = Next(records, name, taken, out var isTooLong);
            if (type == RecordType.Cname && next is not null && !isTooLong)
                return (null, ResponseCode.NoError);
            if (isTooLong)
                return (name, ResponseCode.NameExists);
            if (next is null)
                return (name, ResponseCode.NoError);

            // A loop: the answer is what is there.
            if (taken.Exists(record => record.Type == RecordType.Cname && DnsName.EqualsIgnoreCase(record.Owner, next)))
                return (null, ResponseCode.NoError);
            name = next;
        }
    }

    private static byte[]? Next(List<LooseRecord> records, byte[] name, List<LooseRecord> taken, out bool isTooLong)
    {
        isTooLong = false;
        var above = records.Find(record => record.Type == RecordType.Dname && record.Owner.Length < name.Length && DnsName.IsAtOrBelow(name, ReplayEntry.Folded(record.Owner)));
        if (above is not null)
            TakeSet(records, ReplayEntry.Folded(above.Owner), RecordType.Dname, taken);
        if (TakeSet(records, name, RecordType.Cname, taken) is [var alias, ..])
            return ReplayEntry.Folded(alias.Data);
        if (above is null)
            return null;

        // RFC 6672 §3.1: a resolver makes the alias that the DNAME implies.
        byte[] target = [.. name.AsSpan(0, name.Length - above.Owner.Length), .. above.Data];
        isTooLong = target.Length > DnsName.MaxLength;
        if (!isTooLong)
            taken.Add(new LooseRecord(false, name, RecordType.Cname, above.Ttl, target));
        return ReplayEntry.Folded(target);
    }

    private static List<LooseRecord> TakeSet(List<LooseRecord> records, byte[] name, RecordType type, List<LooseRecord> taken)
    {
        var set = records.Where(record => record.Type == type && DnsName.EqualsIgnoreCase(record.Owner, name)).ToList();
        if (set.Count == 0)
            return set;
        taken.AddRange(set);
        taken.AddRange(records.Where(record => record.Covers == type && DnsName.EqualsIgnoreCase(record.Owner, name)));
        return set;
    }
}
