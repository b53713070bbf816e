using System.Net;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>The name under which a search engine shows only what it calls safe, and its addresses as last asked for.</summary>
internal sealed class SafeEngine(string name)
{
    private volatile Addresses _addresses = new([], [], IsKnown: false);

    /// <summary>In wire form.</summary>
    public byte[] Name { get; } = DnsName.Parse(name);

    /// <summary>False before the first answer.</summary>
    public bool IsKnown => _addresses.IsKnown;

    /// <summary>As A or AAAA records have them.</summary>
    public byte[][] Of(RecordType type) => type switch
    {
        RecordType.A => _addresses.Four,
        RecordType.Aaaa => _addresses.Six,
        _ => [],
    };

    /// <summary>No answer leaves what is known.</summary>
    public void Take(IEnumerable<IPAddress> four, IEnumerable<IPAddress> six)
    {
        byte[][] a = [.. four.Select(address => address.GetAddressBytes())];
        byte[][] aaaa = [.. six.Select(address => address.GetAddressBytes())];
        if (a.Length + aaaa.Length > 0)
            _addresses = new Addresses(a, aaaa, IsKnown: true);
    }

    private sealed record Addresses(byte[][] Four, byte[][] Six, bool IsKnown);
}
