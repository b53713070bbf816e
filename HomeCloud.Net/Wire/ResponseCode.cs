namespace HomeCloud.Net.Wire;

/// <summary>RCODEs; those above 15 need the EXTENDED-RCODE bits of an OPT record (RFC 6891 §6.1.3).</summary>
public enum ResponseCode : ushort
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,

    /// <summary>YXDOMAIN, RFC 2136 §2.2: a name exists that must not.</summary>
    NameExists = 6,

    /// <summary>YXRRSET: an RRset exists that must not.</summary>
    RecordSetExists = 7,

    /// <summary>NXRRSET: an RRset that must exist does not, or has other records.</summary>
    RecordSetMissing = 8,

    /// <summary>NOTAUTH: we are not the zone's primary, or the signature (TSIG) is not good.</summary>
    NotAuthoritative = 9,

    /// <summary>NOTZONE: a name is outside the zone that is to be updated.</summary>
    NotInZone = 10,
    BadVersion = 16,
    BadCookie = 23,
}
