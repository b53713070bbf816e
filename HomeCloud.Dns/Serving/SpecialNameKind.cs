namespace HomeCloud.Dns.Serving;

public enum SpecialNameKind : byte
{
    /// <summary>The name and all below it mean this machine: 127.0.0.1 and ::1 (RFC 6761 §6.3).</summary>
    Localhost,

    /// <summary>The name and all below it do not exist.</summary>
    Missing,

    /// <summary>The name and all below it exist without records (RFC 9462 §8.2).</summary>
    NoData,

    /// <summary>The name does not exist now; with the next container it may.</summary>
    MissingNow,

    /// <summary>The same for the type that was asked for.</summary>
    NoDataNow,

    /// <summary>An empty zone: SOA and NS at its apex, nothing below (RFC 6303 §3).</summary>
    EmptyZone,

    /// <summary>The reverse name of a loopback address: PTR to localhost.</summary>
    LoopbackPointer,
}
