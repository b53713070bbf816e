using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>Where RDATA of our own records names another owner, whose addresses an asker will want next (RFC 1034 §4.3.2 step 6).</summary>
internal static class TargetName
{
    /// <returns>Offset of the name in RDATA, or -1.</returns>
    public static int OffsetIn(RecordType type) => type switch
    {
        RecordType.Cname or RecordType.Ns or RecordType.Ptr => 0,
        RecordType.Mx or RecordType.Svcb or RecordType.Https => 2,
        RecordType.Srv => 6,
        _ => -1,
    };

    /// <summary>Whether RDATA ends with that name, so that it may be relative to its zone.</summary>
    public static bool IsLast(RecordType type) => OffsetIn(type) >= 0 && type is not (RecordType.Svcb or RecordType.Https);

    /// <summary>Whether addresses of the target belong into the additional section.</summary>
    public static bool IsFollowed(RecordType type) => type is RecordType.Srv or RecordType.Mx or RecordType.Svcb or RecordType.Https;
}
