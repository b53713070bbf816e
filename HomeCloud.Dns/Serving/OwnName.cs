using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>A name under a public domain, and what it means at home.</summary>
/// <param name="Name">Folded, in wire form; begins with the label <c>*</c> for all below.</param>
/// <param name="Addresses">What <c>--local</c> gives it; none when it leads to a name of the home.</param>
/// <param name="Alias">That name, folded, in wire form; else null.</param>
/// <param name="File">What zone files say of it; null: nothing.</param>
internal sealed record OwnName(byte[] Name, IReadOnlyList<IPAddress> Addresses, byte[]? Alias, FileName? File = null)
{
    private const uint Ttl = 60;

    private readonly ReadOnlyMemory<byte> _recordSets = Pack(Addresses, File);

    /// <summary>Whether a line of <c>--local</c> says where it is.</summary>
    public bool IsLocal => Alias is not null || Addresses.Count > 0;

    /// <summary>For a person: <c>local name *.example.org. = nas.home.</c></summary>
    public string Text => IsLocal ? $"local name {DnsName.ToText(Name)} = {(Alias is null ? string.Join(", ", Addresses) : DnsName.ToText(Alias))}" : "name of a zone file";

    /// <summary>Packed RRsets, for those that walk all of them.</summary>
    public ReadOnlySpan<byte> Packed => _recordSets.Span;

    public bool TryFind(RecordType type, out RecordSetView set) => RecordSets.TryFind(Packed, type, out set);

    public OwnName With(OwnName other) => new(Name, [.. Addresses.Union(other.Addresses)], Alias ?? other.Alias, File);

    public OwnName With(FileName file) => new(Name, Addresses, Alias, file);

    private static ReadOnlyMemory<byte> Pack(IReadOnlyList<IPAddress> addresses, FileName? file)
    {
        if (addresses.Count == 0)
            return file?.RecordSets ?? default;
        var builder = new RecordSetBuilder();
        foreach (var address in addresses.OrderBy(address => address.AddressFamily))
            builder.Add(address.AddressFamily == AddressFamily.InterNetwork ? RecordType.A : RecordType.Aaaa, Ttl, address.GetAddressBytes());
        var rest = file is null ? default : file.RecordSets.Span;
        while (RecordSets.TryTake(ref rest, out var set))
            builder.Add(set);
        return builder.Content;
    }
}
