using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>
/// Names that only we ask for. One that arrives here as a query has gone in a circle, and its random label says
/// through which upstream. Without a rule the second label is the top one, which exists nowhere, and is none that a router
/// keeps to itself; an upstream with a rule is asked below the rule's zone, because only that may go in a circle.
/// </summary>
internal sealed class LoopNonces
{
    private const int NonceOctets = 16;

    // 8 random octets as hexadecimal text in front of this.
    private static readonly byte[] Label = [20, .. "homecloud-loop-check"u8];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Upstream> _open = [];

    public byte[] Open(Upstream upstream)
    {
        var nonce = Convert.ToHexStringLower(RandomOctets.Get(NonceOctets / 2));
        lock (_lock)
            _open[nonce] = upstream;
        return [NonceOctets, .. Encoding.ASCII.GetBytes(nonce), .. Label, .. upstream.Zone];
    }

    public void Close(ReadOnlySpan<byte> foldedName)
    {
        lock (_lock)
            _open.Remove(Nonce(foldedName));
    }

    /// <summary>Cheap for every other name: its first octet differs.</summary>
    public Upstream? Find(ReadOnlySpan<byte> foldedName)
    {
        if (!IsProbe(foldedName))
            return null;
        lock (_lock)
            return _open.GetValueOrDefault(Nonce(foldedName));
    }

    /// <summary>A probe of any HomeCloud server: not worth asking on, in a circle least of all.</summary>
    public static bool IsProbe(ReadOnlySpan<byte> foldedName) =>
        foldedName[0] == NonceOctets && foldedName[(NonceOctets + 1)..].StartsWith(Label);

    private static string Nonce(ReadOnlySpan<byte> name) => Encoding.ASCII.GetString(name.Slice(1, NonceOctets));
}
