using System.Net;
using System.Runtime.InteropServices;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>What the zones hold now, and the steps from one winner of a name to the next: its node, its services, its reverse names.</summary>
internal sealed class PublishedNames
{
    private readonly ZoneCatalog _catalog;
    private readonly LayeredNames _names;
    private readonly NodeRendering _rendering;
    private readonly int _longestOrigin;
    private readonly Func<string, bool> _isClaimed;
    private readonly SleeperTable _sleepers;

    // A record, or a list of records when several names have one address.
    private readonly Dictionary<IPAddress, object> _pointers = [];
    private readonly byte[] _name = new byte[DnsName.MaxLength];

    /// <param name="catalog">The zones.</param>
    /// <param name="isClaimed">Whether a record of the registry wants a name.</param>
    /// <param name="sleepers">Those whose servers sleep.</param>
    public PublishedNames(ZoneCatalog catalog, Func<string, bool> isClaimed, SleeperTable sleepers)
    {
        _sleepers = sleepers;
        _isClaimed = isClaimed;
        _catalog = catalog;
        _names = new LayeredNames(catalog.Names);
        _longestOrigin = catalog.ForwardZones.Max(zone => zone.Origin.Length);
        _rendering = new NodeRendering(_longestOrigin);
    }

    /// <summary>Takes what zone files say of names of ours in place of what they said.</summary>
    /// <returns>Whether anything is different.</returns>
    public bool ReplaceFiles(IReadOnlyDictionary<byte[], FileName> files) => _names.Replace(files);

    /// <summary>Makes <paramref name="record"/> what its name means, instead of <paramref name="before"/>; null takes the name away.</summary>
    /// <returns>False when nothing changed.</returns>
    public bool Publish(string name, NameRecord? before, NameRecord? record)
    {
        if (ReferenceEquals(before, record) || !RelativeName.TryParse(name, _longestOrigin, _name, out var relative))
            return false;
        if (before is not null && before.Equals(record))
        {
            MovePointers(before, record);
            return false;
        }

        // The new node goes in before anything old goes out: a name that stays never fails to resolve.
        if (record is null)
            _names.Remove(relative);
        else
            _names.Set(relative, _rendering.Render(record), record.Owner == WellKnownOwners.ZoneFile);
        _sleepers.Set(relative, record);

        MoveServices(name, before, record);
        MovePointers(before, record);
        return true;
    }

    /// <summary>Puts each reverse name into the zone where it belongs now.</summary>
    /// <returns>Whether any moved.</returns>
    public bool PlacePointers()
    {
        var moved = false;
        foreach (var address in _pointers.Keys)
        {
            if (_catalog.IsReverseInPlace(address))
                continue;
            SetPointers(address);
            moved = true;
        }

        return moved;
    }

    private void MoveServices(string name, NameRecord? before, NameRecord? after)
    {
        if (before is null or { Services.IsEmpty: true } && after is null or { Services.IsEmpty: true })
            return;
        if (after is { Services.IsEmpty: false })
        {
            foreach (var service in after.Services.GroupBy(endpoint => ServiceName(endpoint, name)))
                SetService(service.Key, _rendering.RenderService(after, service), after);
        }

        if (before is null)
            return;
        foreach (var gone in before.Services.Select(endpoint => ServiceName(endpoint, name))
            .Except(after?.Services.Select(endpoint => ServiceName(endpoint, name)) ?? []))
        {
            SetService(gone, null, null);
        }
    }

    // A record of the registry with the very name of a service record wins.
    private void SetService(string name, NodeContent? content, NameRecord? record)
    {
        if (_isClaimed(name) || !RelativeName.TryParse(name, _longestOrigin, _name, out var relative))
            return;
        if (content is not { } known)
            _names.Remove(relative);
        else
            _names.Set(relative, known);
        _sleepers.Set(relative, record);
    }

    private void MovePointers(NameRecord? before, NameRecord? after)
    {
        if (after is not null && HasPointers(after))
        {
            foreach (var address in after.Addresses)
                AddPointer(Plain(address), before, after);
        }

        if (before is null || !HasPointers(before))
            return;
        foreach (var address in before.Addresses)
        {
            if (after is null || !HasPointers(after) || !after.Addresses.Contains(address))
                RemovePointer(Plain(address), before);
        }
    }

    private void AddPointer(IPAddress address, NameRecord? before, NameRecord after)
    {
        switch (_pointers.GetValueOrDefault(address))
        {
            case null:
                _pointers[address] = after;
                break;
            case NameRecord there when ReferenceEquals(there, after):
                return;
            case NameRecord there when ReferenceEquals(there, before):
                _pointers[address] = after;
                if (there.Name == after.Name && there.Ttl == after.Ttl)
                    return;
                break;
            case NameRecord there:
                _pointers[address] = new List<NameRecord> { there, after };
                break;
            case List<NameRecord> several:
                several.RemoveAll(record => ReferenceEquals(record, before) || ReferenceEquals(record, after));
                several.Add(after);
                break;
        }

        SetPointers(address);
    }

    private void RemovePointer(IPAddress address, NameRecord before)
    {
        if (_pointers.GetValueOrDefault(address) is List<NameRecord> several)
        {
            several.RemoveAll(record => ReferenceEquals(record, before));
            if (several.Count == 1)
                _pointers[address] = several[0];
            SetPointers(address);
        }
        else if (_pointers.Remove(address))
        {
            _catalog.RemoveReverse(address);
        }
    }

    private void SetPointers(IPAddress address)
    {
        if (_pointers[address] is List<NameRecord> several)
        {
            several.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
            _catalog.SetReverse(address, _rendering.RenderPointers(CollectionsMarshal.AsSpan(several), _catalog.PrimaryOrigin));
            return;
        }

        _catalog.SetReverse(address, _rendering.RenderPointers([(NameRecord)_pointers[address]], _catalog.PrimaryOrigin));
    }

    private static bool HasPointers(NameRecord record) => record is { Reverse: true, AliasOf: null } && !record.Name.StartsWith('*');

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string ServiceName(ServiceEndpoint endpoint, string name) => $"_{endpoint.Service}._{endpoint.Protocol}.{name}";
}
