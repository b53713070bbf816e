using System.Net;
using System.Text;

namespace HomeCloud.Lab.Names;

/// <summary>The internet as the lab plays it: a few names of every kind a resolver must cope with.</summary>
public static class OutsideNames
{
    public const int Ttl = 300;

    public const string Plain = "www.example.com.";
    public const string Alias = "alias.example.com.";

    /// <summary>Its TXT records exceed every UDP size, so that only TCP brings them.</summary>
    public const string Big = "big.example.com.";

    public const string Missing = "missing.example.com.";

    /// <summary>Answered SERVFAIL.</summary>
    public const string Broken = "broken.example.com.";

    /// <summary>What resolvers ask to learn whether the network makes addresses (RFC 7050).</summary>
    public const string OfTheNetwork = "ipv4only.arpa.";

    /// <summary>Never answered.</summary>
    public const string Silent = "silent.example.com.";

    /// <summary>The real address of example.com: routers with rebind protection drop documentation addresses from answers.</summary>
    public static IPAddress PlainAddress { get; } = IPAddress.Parse("93.184.215.14");

    private static readonly IPAddress PlainAddress6 = IPAddress.Parse("2606:2800:21f:cb07:6820:80da:af6b:8b2c");

    private static readonly Dictionary<string, (RecordKind Kind, byte[][] Data)[]> Records = new(StringComparer.OrdinalIgnoreCase)
    {
        ["example.com."] = [(RecordKind.Soa, [Soa()])],
        [Plain] = [(RecordKind.A, [PlainAddress.GetAddressBytes()]), (RecordKind.Aaaa, [PlainAddress6.GetAddressBytes()])],
        [Alias] = [(RecordKind.Cname, [Name(Plain)])],
        [Big] = [(RecordKind.Txt, [.. Enumerable.Range(0, 40).Select(i => Text($"{i:00} {new string('x', 120)}"))])],
    };

    public static bool Exists(string name) => Records.ContainsKey(name);

    /// <summary>The records of one name and type; empty for NODATA.</summary>
    public static byte[][] Find(string name, RecordKind kind) =>
        Records.TryGetValue(name, out var sets) ? sets.FirstOrDefault(s => s.Kind == kind).Data ?? [] : [];

    public static byte[] Soa()
    {
        var data = new List<byte>();
        WireText.WriteName(data, "ns.example.com.");
        WireText.WriteName(data, "hostmaster.example.com.");
        foreach (var field in (int[])[1, 3600, 600, 86400, 60])
        {
            WireText.WriteUInt16(data, field >> 16);
            WireText.WriteUInt16(data, field & 0xFFFF);
        }

        return [.. data];
    }

    private static byte[] Name(string name)
    {
        var data = new List<byte>();
        WireText.WriteName(data, name);
        return [.. data];
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
