namespace HomeCloud.Dns.Zones;

/// <summary>Where a lookup led.</summary>
public ref struct ZoneMatch
{
    public Zone Zone;

    /// <summary>Octets of the QNAME in front of the zone's origin.</summary>
    public int RelativeLength;

    /// <summary>The node that answers: the name's own or a wildcard's; for NXDOMAIN the closest encloser.</summary>
    public ZoneNode Node;

    /// <summary>The RRset, when the result is Answer or Cname.</summary>
    public RecordSetView Set;
}
