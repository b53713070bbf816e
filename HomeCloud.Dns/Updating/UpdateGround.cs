using System.Buffers.Binary;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>A zone that takes updates.</summary>
/// <param name="Origin">Folded.</param>
/// <param name="Kind">Where its records come from besides updates.</param>
/// <param name="Served">Ours; null for a zone file's.</param>
internal sealed record UpdateZone(byte[] Origin, UpdateZoneKind Kind, Zone? Served);

internal enum UpdateZoneKind
{
    /// <summary>A zone of the home: the registry's names, and zone files.</summary>
    Home,

    /// <summary>A zone file with an SOA record, under a public domain.</summary>
    File,

    /// <summary>A zone that is delegated to us; updates alone fill it.</summary>
    Delegated,
}

/// <summary>What updates are laid over: our zones, and the zone files as they were read. Immutable but for what the registry publishes.</summary>
internal sealed class UpdateGround
{
    private readonly ZoneCatalog _catalog;
    private readonly Func<long> _clock;
    private readonly IReadOnlyList<IReadOnlyList<FileRecord>> _files;
    private readonly string[] _homes;
    private readonly UpdateZone[] _zones;
    private readonly Dictionary<SetKey, List<FileRecord>> _sets = [];
    private readonly Dictionary<string, List<RecordType>> _types = new(StringComparer.Ordinal);

    /// <param name="catalog">Our zones.</param>
    /// <param name="files">Zone files.</param>
    /// <param name="clock">Monotonic milliseconds, as those by which queries are answered.</param>
    public UpdateGround(ZoneCatalog catalog, IReadOnlyList<IReadOnlyList<FileRecord>> files, Func<long> clock)
    {
        _catalog = catalog;
        _clock = clock;
        _files = files;
        _homes = [DnsName.ToText(catalog.PrimaryOrigin), .. catalog.ForwardZones.Select(zone => DnsName.ToText(zone.Origin))];
        UpdateZone[] served =
        [
            .. catalog.ForwardZones.Select(zone => new UpdateZone(zone.Origin.ToArray(), UpdateZoneKind.Home, zone)),
            .. catalog.Delegated.Select(zone => new UpdateZone(zone.Origin.ToArray(), UpdateZoneKind.Delegated, zone)),
        ];
        var ofFiles = files.Select(AuthorityOf).OfType<FileRecord>()
            .Where(soa => !Array.Exists(served, zone => DnsName.IsAtOrBelow(soa.Owner, zone.Origin)))
            .Select(soa => new UpdateZone(soa.Owner, UpdateZoneKind.File, null));
        _zones = [.. served.Concat(ofFiles).OrderByDescending(zone => zone.Origin.Length)];
        foreach (var record in files.SelectMany(file => file))
            Add(record);
    }

    /// <summary>The zone that updates name.</summary>
    public UpdateZone? ZoneCalled(byte[] origin) => Array.Find(_zones, zone => zone.Origin.AsSpan().SequenceEqual(origin));

    /// <summary>The zone that a name lies in: the deepest.</summary>
    public UpdateZone? ZoneOf(byte[] name) => Array.Find(_zones, zone => DnsName.IsAtOrBelow(name, zone.Origin));

    /// <summary>The name under which records are kept: zones of the home have the same names.</summary>
    /// <returns>Null: it would be too long.</returns>
    public byte[]? Canonical(byte[] name, UpdateZone zone)
    {
        if (zone.Kind != UpdateZoneKind.Home)
            return name;
        byte[] canonical = [.. name.AsSpan(0, name.Length - zone.Origin.Length), .. _catalog.PrimaryOrigin];
        return canonical.Length <= DnsName.MaxLength ? canonical : null;
    }

    /// <summary>RDATA in which a name of the home lies in the first of our zones: there it is the same name.</summary>
    public byte[] CanonicalData(RecordType type, byte[] data, UpdateZone zone)
    {
        var at = TargetName.OffsetIn(type);
        if (zone.Kind != UpdateZoneKind.Home || !TargetName.IsLast(type) || data.Length <= at)
            return data;
        var target = data[at..];
        DnsName.Fold(target);
        return ZoneOf(target) is { Kind: UpdateZoneKind.Home } home && Canonical(target, home) is { } canonical ? [.. data.AsSpan(0, at), .. canonical] : data;
    }

    /// <summary>An RRset as the zone files have it.</summary>
    public IReadOnlyList<FileRecord>? OfFiles(SetKey key) => _sets.GetValueOrDefault(key);

    /// <summary>The types that zone files have at a name.</summary>
    public IReadOnlyList<RecordType> TypesOfFiles(string name) => _types.GetValueOrDefault(name) ?? [];

    /// <summary>What is published of a name of the home or of a delegated zone, our own SOA and NS included; names in RDATA are whole.</summary>
    public List<FileRecord> Published(byte[] name, UpdateZone zone)
    {
        var records = new List<FileRecord>();
        if (zone.Served is not { } served)
            return records;
        if (name.Length == zone.Origin.Length)
        {
            var soa = new byte[served.SoaLength];
            served.WriteSoa(soa, _catalog.Serial.Current(_clock()));
            foreach (var (type, record) in (ReadOnlySpan<(RecordType, byte[])>)[(RecordType.Soa, soa), (RecordType.Ns, served.NsRecord.ToArray())])
                records.Add(UpdateDraft.Record(name, type, BinaryPrimitives.ReadUInt32BigEndian(record.AsSpan(4)), record[10..]));
        }

        if (!served.Names.TryGet(name.AsSpan(0, name.Length - zone.Origin.Length), out var node))
            return records;
        var packed = node.Packed;
        while (RecordSets.TryTake(ref packed, out var set))
        {
            var rest = set.Records;
            while (!rest.IsEmpty)
            {
                var record = RecordSetView.TakeRecord(ref rest);
                byte[] data = [.. record[RecordSetView.RecordHeaderSize..], .. set.EndsInRelativeName ? _catalog.PrimaryOrigin : default];
                records.Add(UpdateDraft.Record(name, set.Type, BinaryPrimitives.ReadUInt32BigEndian(record[6..]), data));
            }
        }

        return records;
    }

    /// <summary>Zone files with updates over them.</summary>
    /// <param name="updates">What updates say.</param>
    /// <param name="since">When the files were written.</param>
    /// <exception cref="MasterFileException">What they say together cannot be.</exception>
    public ZoneFileContent Merge(UpdatedRecords updates, DateTimeOffset since)
    {
        var builder = new ZoneFileBuilder(_homes);
        var byZone = updates.All.ToLookup(record => ZoneOf(record.Owner));
        foreach (var file in _files)
        {
            var records = file.Where(record => !updates.Sets.ContainsKey(KeyOf(record))).Select(record => WithSerial(record, updates)).ToList();
            if (AuthorityOf(file) is { } soa && ZoneCalled(soa.Owner) is { Kind: UpdateZoneKind.File } zone)
                records.AddRange(byZone[zone]);
            builder.Add(records);
        }

        builder.Add([.. byZone.Where(group => group.Key is { Kind: UpdateZoneKind.Home }).SelectMany(group => group)]);
        return builder.Build(since);
    }

    /// <summary>The serial that a zone file's SOA record has.</summary>
    public uint SerialOfFile(UpdateZone zone) =>
        OfFiles(new SetKey(DnsName.ToText(zone.Origin), RecordType.Soa)) is [var soa, ..] ? Serial(soa) : 0;

    /// <summary>RFC 1982 §3.2: whether a serial comes after another.</summary>
    public static bool IsLater(uint one, uint other) => (int)(one - other) > 0;

    private static FileRecord WithSerial(FileRecord record, UpdatedRecords updates)
    {
        if (record.Type != RecordType.Soa || !updates.Serials.TryGetValue(DnsName.ToText(record.Owner), out var serial) || !IsLater(serial, Serial(record)))
            return record;
        var data = record.Data.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(data.Length - StartOfAuthority.NumbersLength), serial);
        return record with { Data = data };
    }

    private static uint Serial(FileRecord soa) => BinaryPrimitives.ReadUInt32BigEndian(soa.Data.AsSpan(soa.Data.Length - StartOfAuthority.NumbersLength));

    private static FileRecord? AuthorityOf(IReadOnlyList<FileRecord> file) => file.FirstOrDefault(record => record.Type == RecordType.Soa);

    private SetKey KeyOf(FileRecord record) =>
        ZoneOf(record.Owner) is { Kind: UpdateZoneKind.Home } zone && Canonical(record.Owner, zone) is { } name ? new SetKey(DnsName.ToText(name), record.Type) : SetKey.Of(record);

    private void Add(FileRecord record)
    {
        var key = KeyOf(record);
        if (!_sets.TryGetValue(key, out var set))
        {
            _sets[key] = set = [];
            if (!_types.TryGetValue(key.Name, out var types))
                _types[key.Name] = types = [];
            types.Add(key.Type);
        }

        set.Add(ZoneOf(record.Owner) is { } zone ? record with { Data = CanonicalData(record.Type, record.Data, zone) } : record);
    }
}
