using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>What one rule says of a key, as in BIND's <c>update-policy</c>: <c>grant certbot subdomain _acme-challenge.example.org. TXT;</c></summary>
/// <param name="IsGrant">Else it denies.</param>
/// <param name="Key">Folded.</param>
/// <param name="Match">How <paramref name="Name"/> is meant.</param>
/// <param name="Name">Folded; empty for <see cref="GrantMatch.ZoneSub"/>.</param>
/// <param name="Types">Which record types; empty: all but SOA and NS, which are never changed.</param>
internal sealed record UpdateGrant(bool IsGrant, byte[] Key, GrantMatch Match, byte[] Name, IReadOnlyList<RecordType> Types)
{
    private static readonly byte[] AcmeLabel = [15, .. "_acme-challenge"u8];

    /// <summary>What a key may that no rule names: certificates by DNS-01 (RFC 8555 §8.4), and nothing else.</summary>
    public static bool IsAcme(ReadOnlySpan<byte> name, RecordType type)
    {
        if (type != RecordType.Txt)
            return false;
        for (; name.Length > 1; name = DnsName.Parent(name))
        {
            if (name.StartsWith(AcmeLabel))
                return true;
        }

        return false;
    }

    /// <summary>Whether it speaks of this name and type.</summary>
    /// <param name="name">Folded, and in the zone.</param>
    /// <param name="type">Of a record.</param>
    public bool Concerns(ReadOnlySpan<byte> name, RecordType type) => Concerns(name) && (Types.Count == 0 || Types.Contains(type));

    private bool Concerns(ReadOnlySpan<byte> name) => Match switch
    {
        GrantMatch.Name => name.SequenceEqual(Name),
        GrantMatch.Subdomain => DnsName.IsAtOrBelow(name, Name),
        GrantMatch.Wildcard => name.Length > Name.Length && DnsName.IsAtOrBelow(name, Name),
        _ => true,
    };
}

/// <summary>BIND's rule types, as far as they need no more than name and key.</summary>
internal enum GrantMatch
{
    /// <summary>The very name.</summary>
    Name,

    /// <summary>The name and all below it.</summary>
    Subdomain,

    /// <summary>All below the name, which is written with <c>*.</c> in front.</summary>
    Wildcard,

    /// <summary>The whole zone.</summary>
    ZoneSub,
}
