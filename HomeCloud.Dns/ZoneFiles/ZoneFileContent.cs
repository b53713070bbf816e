using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.ZoneFiles;

/// <summary>All names of all zone files. Immutable.</summary>
/// <param name="Outside">Names under public domains, folded and whole.</param>
/// <param name="Home">Names in our zones, folded, without the zone.</param>
/// <param name="Since">When the newest of the files was written.</param>
public sealed record ZoneFileContent(
    IReadOnlyDictionary<byte[], FileName> Outside,
    IReadOnlyDictionary<byte[], FileName> Home,
    DateTimeOffset Since)
{
    public static ZoneFileContent Empty { get; } = new(new Dictionary<byte[], FileName>(), new Dictionary<byte[], FileName>(), DateTimeOffset.UnixEpoch);
}

/// <summary>What zone files say of one name.</summary>
/// <param name="Name">As in <see cref="ZoneFileContent"/>.</param>
/// <param name="RecordSets">Packed, as <see cref="RecordSetBuilder"/> does it.</param>
/// <param name="Place">File and line of its first record, for a person.</param>
/// <param name="Authority">The file's SOA record, if it has one.</param>
public sealed record FileName(byte[] Name, ReadOnlyMemory<byte> RecordSets, string Place, FileAuthority? Authority)
{
    /// <summary>Whether they say where the name is: addresses, or an alias.</summary>
    public bool HasWhere => Has(RecordType.A) || Has(RecordType.Aaaa) || Has(RecordType.Cname);

    public bool Has(RecordType type) => TryFind(type, out _);

    public bool TryFind(RecordType type, out RecordSetView set) => Zones.RecordSets.TryFind(RecordSets.Span, type, out set);

    /// <summary>Whether both say the same, wherever they stand.</summary>
    public bool SaysAs(FileName other) => RecordSets.Span.SequenceEqual(other.RecordSets.Span);
}

/// <summary>The SOA record of a zone file, for denials.</summary>
/// <param name="Owner">Folded, in wire form.</param>
/// <param name="NegativeTtl">The lesser of its TTL and MINIMUM, RFC 2308 §3.</param>
/// <param name="Data">RDATA.</param>
public sealed record FileAuthority(byte[] Owner, uint NegativeTtl, byte[] Data);
