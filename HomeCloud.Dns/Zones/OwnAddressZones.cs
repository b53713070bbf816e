using System.Collections.Frozen;
using System.Net;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// The reverse names of this server's own addresses, each a zone of its own with a PTR to <c>ns</c>: so nothing is claimed of
/// their networks. Immutable.
/// </summary>
internal sealed class OwnAddressZones
{
    // As long as a container's: an address may move to another machine tomorrow.
    private const uint Ttl = 10;

    private readonly FrozenDictionary<byte[], Zone> _zones;
    private readonly FrozenDictionary<byte[], Zone>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <param name="addresses">Those of this machine.</param>
    /// <param name="primary">The zone whose <c>ns</c> they lead to.</param>
    /// <param name="negativeTtl">Seconds.</param>
    public OwnAddressZones(IEnumerable<IPAddress> addresses, byte[] primary, uint negativeTtl)
    {
        var builder = new RecordSetBuilder();
        builder.Add(RecordType.Ptr, Ttl, [.. "\u0002ns"u8, .. primary]);
        var names = new NameTable();
        names.Set(default, new NodeContent(builder.Content, default, NodeKind.Name));
        _zones = addresses
            .Select(ReverseName.Of)
            .Distinct(NameComparer.Instance)
            .ToFrozenDictionary(name => name, name => new Zone(name, primary, names, negativeTtl, isReverse: true), NameComparer.Instance);
        _lookup = _zones.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public bool TryFind(ReadOnlySpan<byte> name, out Zone zone) => _lookup.TryGetValue(name, out zone!);
}
