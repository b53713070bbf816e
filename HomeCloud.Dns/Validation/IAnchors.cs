namespace HomeCloud.Dns.Validation;

/// <summary>The keys that are believed now, and who hears what zones say of them (RFC 5011).</summary>
internal interface IAnchors
{
    TrustAnchors Current { get; }

    /// <summary>The DNSKEY RRset of a zone with an anchor came, not validated yet: a key in it may have been revoked by its holder.</summary>
    /// <param name="zone">Folded.</param>
    /// <param name="keys">DNSKEY.</param>
    /// <param name="now">Seconds since 1970, modulo 2^32.</param>
    void SeeRevoked(byte[] zone, SignedSet keys, uint now);

    /// <summary>It was validated by one of those keys.</summary>
    void SeeValid(byte[] zone, SignedSet keys);
}
