namespace HomeCloud.Dns.Validation;

/// <summary>What is known of a name on the way from a trust anchor down.</summary>
internal enum TrustKind : byte
{
    /// <summary>A zone whose keys are known.</summary>
    Secure,

    /// <summary>A zone that is proven to be unsigned, as all below it.</summary>
    Insecure,

    /// <summary>No zone begins here: the name belongs to the zone above.</summary>
    NoCut,

    /// <summary>The name does not exist, nor anything below it.</summary>
    NoName,

    /// <summary>Nothing below can be believed.</summary>
    Failed,
}

/// <param name="Kind">What it is.</param>
/// <param name="Zone">Folded.</param>
/// <param name="Keys">Of a secure zone.</param>
/// <param name="Verdict">Why it is insecure or failed.</param>
/// <param name="Seconds">How long that may be remembered.</param>
internal sealed record ZoneTrust(TrustKind Kind, byte[] Zone, IReadOnlyList<ZoneKey> Keys, Verdict Verdict, uint Seconds)
{
    public static ZoneTrust Failed(byte[] zone, Verdict verdict) => new(TrustKind.Failed, zone, [], verdict, TrustCache.FailureSeconds);
}
