namespace HomeCloud.Net.Wire;

/// <summary>CLASS and QCLASS values, RFC 1035 §3.2.4 and §3.2.5.</summary>
public enum RecordClass : ushort
{
    Internet = 1,
    Chaos = 3,
    Hesiod = 4,

    /// <summary>RFC 2136 §1.3.</summary>
    None = 254,
    Any = 255,
}
