namespace HomeCloud.Net.Wire;

/// <summary>INFO-CODEs of Extended DNS Errors, RFC 8914 §4 and the IANA registry.</summary>
public enum EdeCode : ushort
{
    Other = 0,
    UnsupportedDnskeyAlgorithm = 1,
    UnsupportedDsDigest = 2,
    ForgedAnswer = 4,
    StaleAnswer = 3,
    DnssecBogus = 6,
    SignatureExpired = 7,
    SignatureNotYetValid = 8,
    DnskeyMissing = 9,
    RrsigsMissing = 10,
    NoZoneKeyBitSet = 11,
    NsecMissing = 12,
    CachedError = 13,
    NotReady = 14,
    Blocked = 15,
    Censored = 16,
    Filtered = 17,
    Prohibited = 18,
    StaleNxdomainAnswer = 19,
    NotAuthoritative = 20,
    NotSupported = 21,
    NoReachableAuthority = 22,
    NetworkError = 23,
    InvalidData = 24,
    UnsupportedNsec3Iterations = 27,
    Synthesized = 29,
}
