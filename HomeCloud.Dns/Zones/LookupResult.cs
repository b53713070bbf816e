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
