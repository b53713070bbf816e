using System.Net;

namespace HomeCloud.Dns.Blocking;

/// <summary>Which rules count for whom now: one immutable snapshot, read once a query.</summary>
/// <param name="everyone">For all who are not among the devices; null: nothing is blocked for them.</param>
/// <param name="devices">Rules by address; null when the same counts for everybody.</param>
internal sealed class BlockPolicy(BlockRules? everyone, DeviceRules? devices)
{
    private readonly HashSet<object> _stamps = [.. (devices?.All ?? []).Append(everyone).OfType<BlockRules>().Select(rules => rules.Stamp)];

    /// <summary>For all who are not among the devices.</summary>
    public BlockRules? Everyone => everyone;

    /// <param name="client">Address of the asker, IPv4 mapped into IPv6.</param>
    /// <returns>Null: nothing is blocked for it.</returns>
    public BlockRules? For(UInt128 client) => devices is not null && devices.TryFind(client, out var rules) ? rules : everyone;

    /// <summary>Whether rules of this stamp count for anybody.</summary>
    public bool IsInForce(object stamp) => _stamps.Contains(stamp);
}

/// <summary>Rules by address, then by network, the longest prefix first.</summary>
internal sealed class DeviceRules
{
    private readonly Dictionary<UInt128, BlockRules?> _addresses;
    private readonly (UInt128 Prefix, UInt128 Mask, BlockRules? Rules)[] _networks;

    /// <param name="addresses">Of one device each.</param>
    /// <param name="networks">In any order; of equal ones the first counts.</param>
    public DeviceRules(Dictionary<UInt128, BlockRules?> addresses, IEnumerable<(IPNetwork Network, BlockRules? Rules)> networks)
    {
        _addresses = addresses;
        _networks = [.. networks.OrderByDescending(network => Length(network.Network)).Select(network =>
        {
            var mask = Length(network.Network) == 0 ? 0 : UInt128.MaxValue << (128 - Length(network.Network));
            return (Number(network.Network.BaseAddress) & mask, mask, network.Rules);
        })];
    }

    public IEnumerable<BlockRules?> All => _addresses.Values.Concat(_networks.Select(network => network.Rules));

    public bool TryFind(UInt128 client, out BlockRules? rules)
    {
        if (_addresses.TryGetValue(client, out rules))
            return true;
        foreach (var (prefix, mask, found) in _networks)
        {
            if ((client & mask) == prefix)
            {
                rules = found;
                return true;
            }
        }

        return false;
    }

    /// <summary>An address as a number, IPv4 mapped into IPv6 (RFC 4291 §2.5.5.2).</summary>
    public static UInt128 Number(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(octets, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(octets);
    }

    private static int Length(IPNetwork network) => network.PrefixLength + (network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 96 : 0);
}
