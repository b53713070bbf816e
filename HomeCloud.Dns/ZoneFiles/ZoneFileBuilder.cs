using System.Buffers.Binary;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.ZoneFiles;

/// <summary>Records of zone files → names with their RRsets, and the rules that concern more than one record.</summary>
internal sealed class ZoneFileBuilder
{
    private readonly byte[][] _zones;
    private readonly Dictionary<byte[], List<FileRecord>> _names = new(NameComparer.Instance);
    private readonly Dictionary<byte[], FileAuthority> _authorities = new(NameComparer.Instance);
    private readonly RecordSetBuilder _builder = new();

    /// <param name="zones">Our zones.</param>
    public ZoneFileBuilder(IEnumerable<string> zones)
    {
        // Longest first, as ZoneCatalog looks: the most specific zone wins when one lies in another.
        _zones = [.. zones.Select(Folded).OrderByDescending(zone => zone.Length)];
    }

    /// <exception cref="MasterFileException">One of them cannot be used.</exception>
    public void Add(IReadOnlyList<FileRecord> file)
    {
        var soa = file.FirstOrDefault(record => record.Type == RecordType.Soa);
        var authority = soa is null ? null : new FileAuthority(soa.Owner, Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(soa.Data.AsSpan(soa.Data.Length - 4))), soa.Data);
        foreach (var record in file)
        {
            var zone = ZoneOf(record.Owner);
            var isApex = zone is null ? soa is not null && record.Owner.AsSpan().SequenceEqual(soa.Owner) : zone.Length == record.Owner.Length;
            if (record.Type == RecordType.Soa && record != soa)
                throw new MasterFileException($"{record.Place}: there is another SOA at {soa!.Place}: a file holds one zone");
            if (record.Type == RecordType.Ns && !isApex)
                throw new MasterFileException($"{record.Place}: {ZoneFileRules.Delegation}");
            if (zone is not null && record.Type is RecordType.Soa or RecordType.Ns)
                continue; // ours has its own
            if (zone is null && DnsName.CountLabels(record.Owner) < 2)
                throw new MasterFileException($"{record.Place}: '{DnsName.ToText(record.Owner)}' is a whole top-level domain: only names below one can be ours");
            if (!_names.TryGetValue(record.Owner, out var there))
                _names[record.Owner] = there = [];
            if (authority is not null && zone is null)
                _authorities.TryAdd(record.Owner, authority);
            there.Add(record);
        }
    }

    /// <exception cref="MasterFileException">What they say together cannot be.</exception>
    public ZoneFileContent Build(DateTimeOffset since)
    {
        var outside = new Dictionary<byte[], FileName>(NameComparer.Instance);
        var home = new Dictionary<byte[], List<FileRecord>>(NameComparer.Instance);
        foreach (var (owner, records) in _names)
        {
            if (ZoneOf(owner) is { } zone)
            {
                var relative = owner[..^zone.Length];
                if (relative.Length + _zones[0].Length > DnsName.MaxLength)
                    throw new MasterFileException($"{records[0].Place}: '{DnsName.ToText(owner)}' is too long with {DnsName.ToText(_zones[0])} behind it");
                if (!home.TryAdd(relative, records))
                    home[relative].AddRange(records);
            }
            else if (!records.TrueForAll(record => record.Type is RecordType.Soa or RecordType.Ns))
            {
                // SOA and NS alone do not make the top of a public domain ours.
                outside[owner] = Name(owner, records, isHome: false);
            }
        }

        return new ZoneFileContent(outside, home.ToDictionary(pair => pair.Key, pair => Name(pair.Key, pair.Value, isHome: true), NameComparer.Instance), since);
    }

    private FileName Name(byte[] name, List<FileRecord> records, bool isHome)
    {
        _builder.Clear();
        foreach (var set in records.GroupBy(record => record.Type).OrderBy(set => set.Key))
        {
            var data = set.Select(record => record.Data).Distinct(NameComparer.Instance).Order(Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right))).ToList();
            if (set.Key == RecordType.Cname && (data.Count > 1 || records.Exists(record => record.Type != RecordType.Cname)))
                throw new MasterFileException($"{set.First().Place}: an alias (CNAME) has no other records beside it, nor a second alias (RFC 2181 §10.1)");
            AddSet(set.Key, set.Min(record => record.Ttl), data, set.First().Place, isHome);
        }

        return new FileName(name, _builder.Content.ToArray(), records[0].Place, _authorities.GetValueOrDefault(name));
    }

    // RFC 2181 §5.2: one TTL for a set; the shortest harms nobody.
    private void AddSet(RecordType type, uint ttl, List<byte[]> data, string place, bool isHome)
    {
        // All our zones hold the same names: a name in one of them is the same name in each.
        var isRelative = isHome && TargetName.IsLast(type) && data.TrueForAll(one => ZoneOf(one.AsSpan(TargetName.OffsetIn(type))) is not null);
        if (isHome && type == RecordType.Cname && !isRelative)
            throw new MasterFileException($"{place}: an alias (CNAME) of the home leads to a name of the home; this one leads out, to {DnsName.ToText(data[0])}: write the addresses");
        foreach (var one in data)
        {
            var rdata = isRelative ? Relative(one, TargetName.OffsetIn(type)) : one;
            if (!_builder.Add(type, ttl, rdata, isRelative))
                throw new MasterFileException($"{place}: the {RecordGrammar.TypeText(type)} records of this name are more than one answer can hold");
        }
    }

    private byte[] Relative(byte[] data, int offset)
    {
        var folded = Folded(data.AsSpan(offset));
        return [.. data.AsSpan(0, offset), .. folded.AsSpan(0, folded.Length - ZoneOf(folded)!.Length)];
    }

    private byte[]? ZoneOf(ReadOnlySpan<byte> name)
    {
        Span<byte> folded = stackalloc byte[DnsName.MaxLength];
        DnsName.Fold(name, folded);
        foreach (var zone in _zones)
        {
            if (DnsName.IsAtOrBelow(folded[..name.Length], zone))
                return zone;
        }

        return null;
    }

    private static byte[] Folded(string zone) => Folded(DnsName.Parse(zone));

    private static byte[] Folded(ReadOnlySpan<byte> name)
    {
        var folded = name.ToArray();
        DnsName.Fold(folded);
        return folded;
    }
}
