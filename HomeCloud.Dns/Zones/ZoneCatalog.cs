using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// All zones of this server. The forward zones are fixed at start and share one table of names; reverse zones, one a /24 or
/// /64, come and go with the addresses in them. Lookups take no lock.
/// </summary>
public sealed class ZoneCatalog
{
    private static readonly byte[] ArpaSuffix = [4, .. "arpa"u8, 0];

    private readonly Zone[] _forward;
    private readonly Zone[] _home;
    private readonly ConcurrentDictionary<byte[], Zone> _reverse = new(1, 31, NameComparer.Instance);
    private readonly ConcurrentDictionary<byte[], Zone>.AlternateLookup<ReadOnlySpan<byte>> _reverseLookup;
    private readonly byte[] _primary;
    private readonly uint _negativeTtl;
    private readonly Func<IPAddress, bool>? _isOfTheHome;
    private readonly Lock _writing = new();
    private volatile OwnAddressZones _own;
    private volatile bool _hasSleepers;

    /// <param name="options">Which zones.</param>
    /// <param name="time">For the serial.</param>
    /// <param name="isOfTheHome">
    /// Whether an address lies in a private or attached network, whose /24 or /64 is then ours. Of any other network only the
    /// very address is: its neighbours are strangers. Null: every network is ours.
    /// </param>
    public ZoneCatalog(ZoneOptions options, TimeProvider? time = null, Func<IPAddress, bool>? isOfTheHome = null)
    {
        _isOfTheHome = isOfTheHome;
        _negativeTtl = (uint)options.NegativeTtl;
        _reverseLookup = _reverse.GetAlternateLookup<ReadOnlySpan<byte>>();
        Serial = new ZoneSerial(time ?? TimeProvider.System);
        Names = new NameTable();
        Names.SetBuiltIn("\u0002ns"u8, new NodeContent(default, default, NodeKind.ServerAddress));
        Names.SetBuiltIn("\u0005check"u8, new NodeContent(default, default, NodeKind.Check));

        var origins = options.EffectiveNames.Select(name => DnsName.Parse(name)).ToArray();
        foreach (var origin in origins)
            DnsName.Fold(origin);
        _primary = origins[0];
        _own = new OwnAddressZones([], _primary, _negativeTtl);

        // Longest first, so that the most specific zone wins when one lies in another.
        _home = [.. origins
            .DistinctBy(origin => DnsName.ToText(origin))
            .Select(origin => new Zone(origin, origin, Names, _negativeTtl, isReverse: false))
            .OrderByDescending(zone => zone.Origin.Length)];
        Delegated = [.. options.Delegations().Select(delegation => Zone.Delegated(delegation.Zone, delegation.Server, _negativeTtl))];
        _forward = [.. _home.Concat(Delegated).OrderByDescending(zone => zone.Origin.Length)];
    }

    public ZoneSerial Serial { get; }

    /// <summary>The content of every forward zone.</summary>
    public NameTable Names { get; }

    /// <summary>Whether any name is one of <see cref="NodeKind.Sleeping"/>: what there is to look for, a query looks for only then.</summary>
    public bool HasSleepers
    {
        get => _hasSleepers;
        set => _hasSleepers = value;
    }

    /// <summary>Origin of the first configured zone, which PTR records point into.</summary>
    public ReadOnlySpan<byte> PrimaryOrigin => _primary;

    /// <summary>The zones of the home.</summary>
    public IReadOnlyCollection<Zone> ForwardZones => _home;

    /// <summary>Zones that are delegated to us from outside.</summary>
    public IReadOnlyList<Zone> Delegated { get; }

    public ICollection<Zone> ReverseZones => _reverse.Values;

    /// <summary>Finds the zone that a folded name lies in.</summary>
    public bool TryFindZone(ReadOnlySpan<byte> name, out Zone zone)
    {
        foreach (var candidate in _forward)
        {
            if (DnsName.IsAtOrBelow(name, candidate.Origin))
            {
                zone = candidate;
                return true;
            }
        }

        zone = null!;
        return name.EndsWith(ArpaSuffix) && ((!_reverse.IsEmpty && TryFindReverse(name, out zone)) || _own.TryFind(name, out zone));
    }

    /// <summary>The one lookup behind every local answer.</summary>
    public LookupResult Lookup(scoped ReadOnlySpan<byte> name, RecordType type, out ZoneMatch match)
    {
        match = default;
        if (!TryFindZone(name, out match.Zone))
            return LookupResult.NotOurs;
        match.RelativeLength = name.Length - match.Zone.Origin.Length;
        var result = LookupRelative(name[..match.RelativeLength], type, ref match);
        if (result != LookupResult.NxDomain || !match.Zone.IsReverse || !_own.TryFind(name, out var own))
            return result;

        // Nobody has given the address a name: then it is the server's.
        (match.Zone, match.RelativeLength) = (own, 0);
        return LookupRelative(default, type, ref match);
    }

    /// <summary>Looks a name relative to <c>match.Zone</c> up, as for the target of an alias.</summary>
    public static LookupResult LookupRelative(scoped ReadOnlySpan<byte> relative, RecordType type, ref ZoneMatch match)
    {
        if (!match.Zone.TryFind(relative, out match.Node))
            return LookupResult.NxDomain;
        if (match.Node.TryFind(type, out match.Set))
            return LookupResult.Answer;
        return match.Node.TryFind(RecordType.Cname, out match.Set) ? LookupResult.Cname : LookupResult.NoData;
    }

    /// <summary>Makes the reverse names of these addresses lead to <c>ns</c>, wherever no name has the address.</summary>
    public void SetOwnAddresses(IEnumerable<IPAddress> addresses) => _own = new OwnAddressZones(addresses, _primary, _negativeTtl);

    /// <summary>Whether an address that was put stands where its network, attached or not, now wants it.</summary>
    public bool IsReverseInPlace(IPAddress address)
    {
        Span<byte> buffer = stackalloc byte[DnsName.MaxLength];
        var name = ReverseOf(address, buffer, out var networkStart);
        var start = StartOf(address, networkStart);
        return _reverseLookup.TryGetValue(name[start..], out var zone) && zone.Names.TryGet(name[..start], out _);
    }

    /// <summary>Puts the RRsets (PTR) of an address, creating its reverse zone when it is the first there.</summary>
    public void SetReverse(IPAddress address, NodeContent content)
    {
        Span<byte> buffer = stackalloc byte[DnsName.MaxLength];
        var name = ReverseOf(address, buffer, out var networkStart);
        lock (_writing)
        {
            // The network may have become attached, or gone, since the address was put.
            var start = StartOf(address, networkStart);
            if (_reverseLookup.TryGetValue(name[start..], out var zone))
            {
                zone.Names.Set(name[..start], content);
            }
            else
            {
                zone = new Zone(name[start..].ToArray(), _primary, new NameTable(), _negativeTtl, isReverse: true);
                zone.Names.Set(name[..start], content);
                _reverseLookup[name[start..]] = zone;
            }

            TakeAway(name, start == 0 ? networkStart : 0);
        }
    }

    /// <summary>Removes an address, and its reverse zone with the last one.</summary>
    public void RemoveReverse(IPAddress address)
    {
        Span<byte> buffer = stackalloc byte[DnsName.MaxLength];
        var name = ReverseOf(address, buffer, out var networkStart);
        lock (_writing)
        {
            TakeAway(name, networkStart);
            TakeAway(name, 0);
        }
    }

    private int StartOf(IPAddress address, int networkStart) => _isOfTheHome is null || _isOfTheHome(address) ? networkStart : 0;

    private void TakeAway(ReadOnlySpan<byte> name, int zoneStart)
    {
        if (!_reverseLookup.TryGetValue(name[zoneStart..], out var zone))
            return;
        zone.Names.Remove(name[..zoneStart]);
        if (zone.Names.IsEmpty)
            _reverseLookup.TryRemove(name[zoneStart..], out _);
    }

    private static ReadOnlySpan<byte> ReverseOf(IPAddress address, Span<byte> name, out int networkStart)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var size);
        return name[..ReverseName.Write(octets[..size], name, out networkStart)];
    }

    private bool TryFindReverse(ReadOnlySpan<byte> name, out Zone zone)
    {
        while (name.Length > ArpaSuffix.Length)
        {
            if (_reverseLookup.TryGetValue(name, out zone!))
                return true;
            name = DnsName.Parent(name);
        }

        zone = null!;
        return false;
    }
}
