using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>Which RRset: the name as text, folded and whole, in the first of our zones where it is a name of the home.</summary>
internal readonly record struct SetKey(string Name, RecordType Type)
{
    public static SetKey Of(FileRecord record) => new(DnsName.ToText(record.Owner), record.Type);
}

/// <summary>All that updates have changed, as it is now. An RRset here stands for that of the zone file; an empty one was deleted. Immutable.</summary>
/// <param name="Sets">The RRsets.</param>
/// <param name="Serials">Of zones that have an SOA record of their own (zone files), by name: what updates have made of it.</param>
internal sealed record UpdatedRecords(IReadOnlyDictionary<SetKey, IReadOnlyList<FileRecord>> Sets, IReadOnlyDictionary<string, uint> Serials)
{
    /// <summary>More than a home will ever need; a key that runs wild fills no memory.</summary>
    public const int MaxRecords = 5_000;

    public const int MaxOctets = 1 << 20;

    public const int MaxSet = 200;

    private readonly ILookup<string, RecordType> _types = Sets.Keys.ToLookup(key => key.Name, key => key.Type);

    public static UpdatedRecords Empty { get; } = new(new Dictionary<SetKey, IReadOnlyList<FileRecord>>(), new Dictionary<string, uint>());

    public IEnumerable<FileRecord> All => Sets.Values.SelectMany(set => set);

    /// <summary>The types that updates have touched at a name.</summary>
    public IEnumerable<RecordType> TypesAt(string name) => _types[name];

    /// <returns>Null, or what is too much.</returns>
    public Phrase? Excess()
    {
        var count = Sets.Count + All.Count();
        var octets = Sets.Keys.Sum(key => key.Name.Length) + All.Sum(record => record.Owner.Length + record.Data.Length);
        return count > MaxRecords || octets > MaxOctets ? (Phrase)$"updates may hold {MaxRecords} records and {MaxOctets} octets, and this would be more" : null;
    }
}
