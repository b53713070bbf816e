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
    NotAuthoritative = 9,
    BadVersion = 16,
    BadCookie = 23,
}
