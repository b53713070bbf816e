namespace HomeCloud.Net.Wire;

/// <summary>RR TYPEs and QTYPEs that this server treats in a way of their own; every other value passes as its number (RFC 3597).</summary>
public enum RecordType : ushort
{
    None = 0,
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Hinfo = 13,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Naptr = 35,
    Dname = 39,
    Opt = 41,
    Ds = 43,
    Rrsig = 46,
    Nsec = 47,
    Dnskey = 48,
    Nsec3 = 50,
    Svcb = 64,
    Https = 65,
    Tkey = 249,
    Tsig = 250,
    Ixfr = 251,
    Axfr = 252,
    Mailb = 253,
    Maila = 254,
    Any = 255,
    Caa = 257,
}

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
