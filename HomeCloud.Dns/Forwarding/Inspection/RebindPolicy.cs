using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>Which private addresses in upstream answers are dropped: all, but for exempt zones.</summary>
/// <param name="exemptZones">Folded, in wire form; null turns the protection off.</param>
internal sealed class RebindPolicy(IReadOnlyList<byte[]>? exemptZones)
{
    // SvcParamKeys of RFC 9460 §14.3.2.
    public const int Ipv4Hint = 4;
    public const int Ipv6Hint = 6;

    private RebindPolicy? _inHome;

    public static RebindPolicy Off { get; } = new(null);

    /// <summary>The same for what an upstream in the home says: names of the router's own may have their addresses.</summary>
    public RebindPolicy InHome => _inHome ??= exemptZones is null ? this : new RebindPolicy([.. exemptZones, .. RouterNames.Zones]);

    public bool IsExempt(ReadOnlySpan<byte> foldedName)
    {
        if (exemptZones is null)
            return true;
        foreach (var zone in exemptZones)
        {
            if (DnsName.IsAtOrBelow(foldedName, zone))
                return true;
        }

        return false;
    }

    /// <param name="type">Of the record.</param>
    /// <param name="data">Its RDATA, names unpacked.</param>
    /// <returns>The private address that the record carries, or null.</returns>
    public static IPAddress? FindPrivateAddress(RecordType type, ReadOnlySpan<byte> data) => type switch
    {
        RecordType.A when data.Length == 4 && PrivateAddresses.Contains(data) => new IPAddress(data),
        RecordType.Aaaa when data.Length == 16 && PrivateAddresses.Contains(data) => new IPAddress(data),
        RecordType.Svcb or RecordType.Https => FindInHints(data),
        _ => null,
    };

    // RFC 9460 §2.2: priority, target name, then key, length, value.
    private static IPAddress? FindInHints(ReadOnlySpan<byte> data)
    {
        if (data.Length < 3)
            return null;
        var position = 2 + DnsName.Measure(data[2..]);
        if (position == 2)
            return null;
        while (position + 4 <= data.Length)
        {
            var key = (data[position] << 8) | data[position + 1];
            var length = (data[position + 2] << 8) | data[position + 3];
            position += 4;
            if (position + length > data.Length)
                return null;
            var size = key switch { Ipv4Hint => 4, Ipv6Hint => 16, _ => 0 };
            for (var i = 0; size > 0 && i + size <= length; i += size)
            {
                var address = data.Slice(position + i, size);
                if (PrivateAddresses.Contains(address))
                    return new IPAddress(address);
            }

            position += length;
        }

        return null;
    }
}
