using HomeCloud.Dns.Updating.Signing;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>Who may send updates, and what each may change. Immutable.</summary>
/// <param name="Keys">At least one.</param>
/// <param name="Grants">In the order of the file: the first that concerns a key, a name and a type decides.</param>
internal sealed record UpdateKeys(IReadOnlyList<TsigKey> Keys, IReadOnlyList<UpdateGrant> Grants)
{
    public bool May(TsigKey key, ReadOnlySpan<byte> name, RecordType type)
    {
        var isNamed = false;
        foreach (var grant in Grants)
        {
            if (!grant.Key.AsSpan().SequenceEqual(key.Name))
                continue;
            isNamed = true;
            if (grant.Concerns(name, type))
                return grant.IsGrant;
        }

        return !isNamed && UpdateGrant.IsAcme(name, type);
    }
}
