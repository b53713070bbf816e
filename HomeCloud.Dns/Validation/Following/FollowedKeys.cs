namespace HomeCloud.Dns.Validation.Following;

/// <summary>
/// The keys of the root and their states: RFC 5011. Immutable; each look at the root gives the next one.
/// </summary>
/// <param name="All">In the order in which they were seen.</param>
internal sealed record FollowedKeys(IReadOnlyList<FollowedKey> All)
{
    /// <summary>The root has two or three, and one more in ten years. What is revoked is never forgotten.</summary>
    public const int MostKeys = 32;

    /// <summary>RFC 5011 §2.4.1 and §2.4.2.</summary>
    public static readonly TimeSpan HoldDown = TimeSpan.FromDays(30);

    public static FollowedKeys None { get; } = new([]);

    public FollowedKey? Find(ZoneKey key) => All.FirstOrDefault(known => known.Key.Data.SequenceEqual(key.Data));

    /// <summary>After a DNSKEY RRset that a trusted key had signed.</summary>
    /// <param name="keys">Its keys.</param>
    /// <param name="isBuiltIn">Whether a key is believed from the start.</param>
    /// <param name="now">By this machine's clock, which may be wrong.</param>
    /// <param name="signedAt">When the signature that holds was made: a wrong clock does not change that.</param>
    public FollowedKeys See(IReadOnlyList<ZoneKey> keys, Func<ZoneKey, bool> isBuiltIn, DateTimeOffset now, DateTimeOffset signedAt)
    {
        var next = new List<FollowedKey>();
        foreach (var known in All)
        {
            if (Next(known, keys.Any(key => key.Data.SequenceEqual(known.Key.Data)), now, signedAt) is { } followed)
                next.Add(followed);
        }

        foreach (var key in keys)
        {
            if (!key.IsEntryPoint || !key.SignsZone || !SignatureAlgorithm.IsSupported(key.Algorithm) || Find(key) is not null || next.Count >= MostKeys)
                continue;
            if (!next.Exists(known => known.Key.Data.SequenceEqual(key.Data)))
                next.Add(isBuiltIn(key) ? new FollowedKey(key, KeyState.Valid, now) : new FollowedKey(key, KeyState.AddPend, Later(now, signedAt)));
        }

        return next.SequenceEqual(All) ? this : new FollowedKeys(next);
    }

    /// <summary>After a trusted key was found revoked, in a DNSKEY RRset signed by itself.</summary>
    public FollowedKeys Revoke(ZoneKey key, DateTimeOffset now)
    {
        var known = Find(key);
        var revoked = new FollowedKey(key, KeyState.Revoked, now);
        return known is null ? new FollowedKeys([.. All, revoked]) : new FollowedKeys([.. All.Select(one => one == known ? revoked : one)]);
    }

    private static FollowedKey? Next(FollowedKey known, bool isPresent, DateTimeOffset now, DateTimeOffset signedAt)
    {
        switch (known.State)
        {
            case KeyState.AddPend when !isPresent:
                return null;

            // Seen first while the clock was ahead: it waits from now on.
            case KeyState.AddPend when known.Since > now:
                return known with { Since = Later(now, signedAt) };

            // A clock that was set forward ends no wait: the signature itself must be so much younger.
            case KeyState.AddPend when signedAt - known.Since >= HoldDown && now - known.Since >= HoldDown:
            case KeyState.Missing when isPresent:
                return known with { State = KeyState.Valid, Since = now };
            case KeyState.Valid when !isPresent:
                return known with { State = KeyState.Missing, Since = now };
            case KeyState.Revoked when signedAt - known.Since >= HoldDown:
                return known with { State = KeyState.Removed, Since = now };
            default:
                return known;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
