namespace HomeCloud.Net.Wire;

/// <summary>OPTION-CODEs inside an OPT record.</summary>
public enum EdnsOptionCode : ushort
{
    /// <summary>RFC 5001.</summary>
    Nsid = 3,

    /// <summary>RFC 7871.</summary>
    ClientSubnet = 8,

    /// <summary>RFC 7873.</summary>
    Cookie = 10,

    /// <summary>RFC 7828.</summary>
    TcpKeepalive = 11,

    /// <summary>RFC 7830.</summary>
    Padding = 12,

    /// <summary>RFC 8914.</summary>
    ExtendedError = 15,
}
