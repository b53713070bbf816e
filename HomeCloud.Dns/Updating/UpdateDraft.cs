using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>One update being tried: prerequisites are asked of it, changes are made in it, and until <see cref="Result"/> is taken nothing has happened.</summary>
internal sealed class UpdateDraft(UpdateGround ground, UpdatedRecords updates, UpdateZone zone)
{
    private readonly Dictionary<SetKey, List<FileRecord>> _touched = [];
    private readonly Dictionary<string, List<RecordType>> _touchedTypes = new(StringComparer.Ordinal);

    /// <summary>Why it cannot be done, for a person.</summary>
    public Phrase? Problem { get; private set; }

    /// <summary>A record that an update brings.</summary>
    public static FileRecord Record(byte[] owner, RecordType type, uint ttl, byte[] data) => new(owner, type, ttl, data, "an update");

    /// <summary>All records of a name, with what the draft has changed.</summary>
    public IReadOnlyList<FileRecord> At(byte[] name)
    {
        if (ground.Canonical(name, zone) is not { } canonical)
            return [];
        var text = DnsName.ToText(canonical);
        var ours = updates.TypesAt(text).Concat(_touchedTypes.GetValueOrDefault(text) ?? []).Concat(ground.TypesOfFiles(text)).ToHashSet();
        return
        [
            .. ours.Where(IsOfThisZone).SelectMany(type => Set(new SetKey(text, type))),
            .. ground.Published(name, zone).Where(record => !ours.Contains(record.Type) || !IsOfThisZone(record.Type)),
        ];

        // A file may bring the SOA and NS of our own zones; ours count.
        bool IsOfThisZone(RecordType type) => zone.Kind == UpdateZoneKind.File || type is not (RecordType.Soa or RecordType.Ns);
    }

    /// <summary>RFC 2136 §3.4.2: makes one change.</summary>
    /// <returns>Null, or why not; <see cref="Problem"/> then says it to a person.</returns>
    public ResponseCode? Change(in UpdateRecord change)
    {
        var isApex = change.Name.Length == zone.Origin.Length;
        if (change.Class == RecordClass.Internet)
            return Add(change);
        if (change is { Class: RecordClass.Any, Type: RecordType.Any })
        {
            foreach (var type in At(change.Name).Select(record => record.Type).Distinct().ToList())
            {
                if (!(isApex && type is RecordType.Soa or RecordType.Ns) && Delete(change.Name, type, null) is { } code)
                    return code;
            }

            return null;
        }

        // §3.4.2.3 and §3.4.2.4: a zone keeps its SOA and NS, and nobody is told.
        return isApex && change.Type is RecordType.Soa or RecordType.Ns ? null : Delete(change.Name, change.Type, change.Class == RecordClass.None ? change.Data : null);
    }

    /// <returns>Null: all is as it was.</returns>
    public UpdatedRecords? Result()
    {
        var sets = new Dictionary<SetKey, IReadOnlyList<FileRecord>>(updates.Sets);
        var isChanged = false;
        foreach (var (key, set) in _touched)
        {
            var before = updates.Sets.GetValueOrDefault(key) ?? ground.OfFiles(key) ?? [];
            if (before.Count == set.Count && before.All(record => set.Exists(other => other.Ttl == record.Ttl && other.Data.AsSpan().SequenceEqual(record.Data))))
                continue;
            isChanged = true;
            if (set.Count == 0 && ground.OfFiles(key) is null)
                sets.Remove(key);
            else
                sets[key] = set;
        }

        if (!isChanged)
            return null;
        if (zone.Kind != UpdateZoneKind.File)
            return new UpdatedRecords(sets, updates.Serials);
        var name = DnsName.ToText(zone.Origin);
        var serial = ground.SerialOfFile(zone);
        if (updates.Serials.TryGetValue(name, out var shown) && UpdateGround.IsLater(shown, serial))
            serial = shown;

        // RFC 1982 §7: 0 is a number that some take for none.
        serial = serial == uint.MaxValue ? 1 : serial + 1;
        return new UpdatedRecords(sets, new Dictionary<string, uint>(updates.Serials) { [name] = serial });
    }

    /// <summary>Whether two RDATA mean the same: names in it have no letter case (RFC 4343).</summary>
    public static bool IsSame(RecordType type, byte[] one, byte[] other)
    {
        var at = TargetName.OffsetIn(type);
        return at < 0 || one.Length < at || other.Length < at
            ? one.AsSpan().SequenceEqual(other)
            : one.AsSpan(0, at).SequenceEqual(other.AsSpan(0, at)) && DnsName.EqualsIgnoreCase(one.AsSpan(at), other.AsSpan(at));
    }

    private ResponseCode? Add(in UpdateRecord change)
    {
        // §3.4.2.2: an alias stands alone; what does not fit beside what is there is left out without a word.
        var type = change.Type;
        if (At(change.Name).Any(record => (record.Type == RecordType.Cname) != (type == RecordType.Cname)))
            return null;
        if (ground.Canonical(change.Name, zone) is not { } owner)
            return Refuse($"{DnsName.ToText(change.Name)} is too long in our other zones");
        var set = Touch(new SetKey(DnsName.ToText(owner), type));
        var ttl = change.Ttl > int.MaxValue ? 0 : change.Ttl;
        var data = change.Data;
        if (type == RecordType.Cname)
            set.Clear();
        else
            set.RemoveAll(record => IsSame(type, record.Data, data));
        if (set.Count == UpdatedRecords.MaxSet)
            return Refuse($"{DnsName.ToText(change.Name)} would have more than {UpdatedRecords.MaxSet} records of one type");

        // RFC 2181 §5.2: one TTL for a set, the newest.
        for (var i = 0; i < set.Count; i++)
            set[i] = set[i] with { Ttl = ttl };
        set.Add(Record(owner, type, ttl, data));
        return null;
    }

    private ResponseCode? Delete(byte[] name, RecordType type, byte[]? data)
    {
        if (ground.Canonical(name, zone) is not { } canonical)
            return null;
        var key = new SetKey(DnsName.ToText(canonical), type);
        if (!_touched.ContainsKey(key) && !updates.Sets.ContainsKey(key) && ground.OfFiles(key) is null)
        {
            return At(name).Any(record => record.Type == type && (data is null || IsSame(type, record.Data, data)))
                ? Refuse($"{DnsName.ToText(name)} has this record from the home's names, not from an update")
                : null;
        }

        var set = Touch(key);
        if (data is null)
            set.Clear();
        else
            set.RemoveAll(record => IsSame(type, record.Data, data));
        return null;
    }

    private List<FileRecord> Touch(SetKey key)
    {
        if (_touched.TryGetValue(key, out var set))
            return set;
        if (!_touchedTypes.TryGetValue(key.Name, out var types))
            _touchedTypes[key.Name] = types = [];
        types.Add(key.Type);
        return _touched[key] = [.. Set(key)];
    }

    private IReadOnlyList<FileRecord> Set(SetKey key) => _touched.TryGetValue(key, out var set) ? set : updates.Sets.GetValueOrDefault(key) ?? ground.OfFiles(key) ?? [];

    private ResponseCode Refuse(Phrase problem)
    {
        Problem = problem;
        return ResponseCode.Refused;
    }
}
