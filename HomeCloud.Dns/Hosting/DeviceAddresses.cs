using System.Net;
using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Hosting;

/// <summary>Where devices are, by our zones and by the kernel's neighbour table.</summary>
internal sealed class DeviceAddresses(ZoneCatalog catalog) : IDeviceAddresses
{
    public IReadOnlyList<IPAddress> OfName(string name)
    {
        var whole = name.TrimEnd('.').Contains('.', StringComparison.Ordinal) ? name : $"{name.TrimEnd('.')}.{DnsName.ToText(catalog.PrimaryOrigin)}";
        if (DnsName.ParseFolded(whole) is not { } folded)
            return [];
        var found = new List<IPAddress>();
        foreach (var type in (RecordType[])[RecordType.A, RecordType.Aaaa])
        {
            if (catalog.Lookup(folded, type, out var match) != LookupResult.Answer || match.Set.Type != type)
                continue;
            for (var records = match.Set.Records; records.Length > 0;)
                found.Add(new IPAddress(RecordSetView.TakeRecord(ref records)[RecordSetView.RecordHeaderSize..]));
        }

        return found;
    }

    public IReadOnlyList<Neighbour> Neighbours() => NeighbourTable.Read();
}
