namespace HomeCloud.Dns.Zones;

/// <summary>What our zones say about a name and a type. All but <see cref="NotOurs"/> are final: no forwarder is asked.</summary>
public enum LookupResult
{
    /// <summary>The RRset asked for.</summary>
    Answer,

    /// <summary>The name is an alias; follow it.</summary>
    Cname,

    /// <summary>The name exists, without such records (RFC 2308 §2.2).</summary>
    NoData,

    /// <summary>The name does not exist (RFC 2308 §2.1).</summary>
    NxDomain,

    /// <summary>The name lies in none of our zones.</summary>
    NotOurs,
}

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
