using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>Names of ours that zone files give addresses or an alias, as records that contest the name with those of the registry.</summary>
internal static class FileClaims
{
    public static IEnumerable<NameRecord> Of(ZoneFileContent files)
    {
        foreach (var (name, file) in files.Home)
        {
            // The zone itself is nobody else's.
            if (name.Length > 0 && file.HasWhere)
                yield return Record(DnsName.ToText([.. name, 0]).TrimEnd('.'), file, files.Since);
        }
    }

    // The RRsets are published as the file has them; of the record count its place in the contest and its reverse names.
    private static NameRecord Record(string name, FileName file, DateTimeOffset since)
    {
        var ttl = 0;
        var addresses = ImmutableArray.CreateBuilder<IPAddress>();
        string? alias = null;
        foreach (var type in (RecordType[])[RecordType.A, RecordType.Aaaa, RecordType.Cname])
        {
            if (!file.TryFind(type, out var set))
                continue;
            var records = set.Records;
            while (!records.IsEmpty)
            {
                var record = RecordSetView.TakeRecord(ref records);
                ttl = (int)BinaryPrimitives.ReadUInt32BigEndian(record[6..]);
                if (type == RecordType.Cname)
                    alias = DnsName.ToText([.. record[RecordSetView.RecordHeaderSize..], 0]).TrimEnd('.');
                else
                    addresses.Add(new IPAddress(record[RecordSetView.RecordHeaderSize..]));
            }
        }

        return new NameRecord { Name = name, Owner = WellKnownOwners.ZoneFile, Addresses = [.. addresses], AliasOf = alias, Ttl = ttl, Since = since };
    }
}
