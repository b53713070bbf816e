namespace HomeCloud.Dns.Validation.Following;

/// <param name="Key">As it was before it was revoked.</param>
/// <param name="State">RFC 5011 §4.</param>
/// <param name="Since">UTC: when it came to that state.</param>
internal sealed record FollowedKey(ZoneKey Key, KeyState State, DateTimeOffset Since)
{
    public bool IsTrusted => State is KeyState.Valid or KeyState.Missing;

    /// <summary>No key comes back from there.</summary>
    public bool IsGone => State is KeyState.Revoked or KeyState.Removed;
}

/// <summary>RFC 5011 §4.1; a key that nobody knows is in the state Start.</summary>
internal enum KeyState
{
    /// <summary>Signed for by a trusted key, and not believed before thirty days have passed: its holder may be a thief, and found out.</summary>
    AddPend,

    Valid,

    /// <summary>Its zone no longer has it, and it was not revoked: it stays believed.</summary>
    Missing,

    /// <summary>Its holder has withdrawn it.</summary>
    Revoked,

    /// <summary>Thirty days later.</summary>
    Removed,
}
