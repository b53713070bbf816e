using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// Names under public domains that mean something else at home (split horizon): <c>--local nextcloud.example.org=nas</c>. All
/// else of such a domain is asked outside. Immutable.
/// </summary>
internal sealed class OwnNames
{
    private static readonly byte[] AnyLabel = [1, (byte)'*'];

    // A wildcard stands under its name with "*" in front, as in a zone.
    private readonly Dictionary<byte[], OwnName> _names = new(NameComparer.Instance);
    private readonly Dictionary<byte[], OwnName>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly bool _hasWildcards;

    private OwnNames(IEnumerable<OwnName> names)
    {
        foreach (var name in names)
            _names[name.Name] = _names.TryGetValue(name.Name, out var there) ? there.With(name) : name;
        _hasWildcards = _names.Keys.Any(name => name.AsSpan().StartsWith(AnyLabel));
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <param name="texts">Valid ones.</param>
    /// <param name="zones">Our zones; names without one are in the first.</param>
    /// <returns>Null when there are none.</returns>
    public static OwnNames? From(ICollection<string> texts, IReadOnlyList<string> zones) => texts.Count == 0
        ? null
        : new OwnNames(texts.Select(text => TryParse(text, zones, out var name, out var problem) ? name : throw new ArgumentException($"--local '{text}' {problem}")));

    /// <summary>What is wrong with them, one line each.</summary>
    public static IEnumerable<string> Validate(IEnumerable<string> texts, IReadOnlyList<string> zones)
    {
        var seen = new Dictionary<string, OwnName>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (!TryParse(text, zones, out var name, out var problem))
            {
                yield return $"--local '{text}' {problem}";
                continue;
            }

            var key = DnsName.ToText(name.Name);
            if (seen.TryGetValue(key, out var there) && (there.Alias is not null || name.Alias is not null))
                yield return $"--local '{text}' gives {key} a second meaning: a name has addresses, or leads to one name of the home";
            seen[key] = name;
        }
    }

    /// <summary>
    /// Finds what a folded name means here: the name itself, else the nearest wildcard above it, unless a name between the two is
    /// one of these. Names such as <c>_acme-challenge.…</c> serve the domain and are no hosts: no wildcard covers them.
    /// </summary>
    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out OwnName? own)
    {
        if (_lookup.TryGetValue(name, out own))
            return true;
        if (!_hasWildcards || name.Length < 2 || name[1] == '_')
            return false;
        Span<byte> wildcard = stackalloc byte[DnsName.MaxLength + 2];
        AnyLabel.CopyTo(wildcard);
        for (var above = DnsName.Parent(name); above.Length > 1; above = DnsName.Parent(above))
        {
            above.CopyTo(wildcard[2..]);
            if (_lookup.TryGetValue(wildcard[..(above.Length + 2)], out own))
                return true;

            // Between them stands the name of a host, or one that serves the domain.
            if (above[1] == '_' || _lookup.ContainsKey(above))
                return false;
        }

        return false;
    }

    private static bool TryParse(string text, IReadOnlyList<string> zones, [NotNullWhen(true)] out OwnName? name, [NotNullWhen(false)] out string? problem)
    {
        name = null;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || equals == text.Length - 1)
        {
            problem = "is not NAME=TARGET (example: nextcloud.example.org=nas or *.example.org=192.168.1.20)";
            return false;
        }

        var left = text[..equals].Trim();
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        if (!DnsName.TryParse(left, wire, out var length) || DnsName.CountLabels(wire[..length]) < 2 || left.LastIndexOf('*') > 0 || (left[0] == '*' && left[1] != '.'))
        {
            problem = $"has no valid name ('{left}'): write a whole name, or *. in front of one (example: nextcloud.example.org)";
            return false;
        }

        var folded = wire[..length].ToArray();
        DnsName.Fold(folded);
        if (ZoneAbove(folded, zones) is { } zone)
        {
            problem = $"is in our zone {zone}: give that name to a server, or put it into a hosts file";
            return false;
        }

        return TryParseTargets(text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries), folded, zones, out name, out problem);
    }

    private static bool TryParseTargets(string[] targets, byte[] folded, IReadOnlyList<string> zones, [NotNullWhen(true)] out OwnName? name, [NotNullWhen(false)] out string? problem)
    {
        name = null;
        problem = null;
        var addresses = new List<IPAddress>();
        foreach (var target in targets)
        {
            if (AddressText.TryParse(target, out var address))
            {
                addresses.Add(address);
                continue;
            }

            Span<byte> wire = stackalloc byte[DnsName.MaxLength];
            if (targets.Length > 1 || AddressText.IsMeantAsAddress(target) || target.StartsWith('*') || !DnsName.TryParse(target, wire, out var length))
            {
                problem = $"leads to '{target}', which is not an address: write addresses with commas between them, or one name of the home (example: nas)";
                return false;
            }

            var alias = wire[..length].ToArray();
            DnsName.Fold(alias);
            if (DnsName.CountLabels(alias) == 1)
                alias = [.. alias.AsSpan(0, length - 1), .. Folded(zones[0])];
            else if (ZoneAbove(alias, zones) is null)
                problem = $"leads to '{target}', which is in no zone of ours: write an address, or a name of the home (example: nas)";
            if (problem is not null || alias.Length > DnsName.MaxLength)
            {
                problem ??= $"leads to '{target}', which is too long for a name";
                return false;
            }

            name = new OwnName(folded, [], alias);
            return true;
        }

        name = new OwnName(folded, [.. addresses.Distinct()], null);
        return true;
    }

    private static string? ZoneAbove(byte[] name, IReadOnlyList<string> zones) => zones.FirstOrDefault(zone => DnsName.IsAtOrBelow(name, Folded(zone)));

    private static byte[] Folded(string zone)
    {
        var name = DnsName.Parse(zone);
        DnsName.Fold(name);
        return name;
    }
}

/// <summary>A name under a public domain, and what it means at home.</summary>
/// <param name="Name">Folded, in wire form; begins with the label <c>*</c> for all below.</param>
/// <param name="Addresses">Its addresses; none when it leads to a name of the home.</param>
/// <param name="Alias">That name, folded, in wire form; else null.</param>
internal sealed record OwnName(byte[] Name, IReadOnlyList<IPAddress> Addresses, byte[]? Alias)
{
    private readonly byte[][] _ipv4 = Octets(Addresses, AddressFamily.InterNetwork);
    private readonly byte[][] _ipv6 = Octets(Addresses, AddressFamily.InterNetworkV6);

    /// <summary>For a person: <c>*.example.org. = nas.home.</c></summary>
    public string Text => $"{DnsName.ToText(Name)} = {(Alias is null ? string.Join(", ", Addresses) : DnsName.ToText(Alias))}";

    /// <summary>RDATA of its addresses of this type.</summary>
    public byte[][] Data(RecordType type) => type switch { RecordType.A => _ipv4, RecordType.Aaaa => _ipv6, _ => [] };

    public OwnName With(OwnName other) => new(Name, [.. Addresses.Union(other.Addresses)], Alias ?? other.Alias);

    private static byte[][] Octets(IReadOnlyList<IPAddress> addresses, AddressFamily family) =>
        [.. addresses.Where(address => address.AddressFamily == family).Select(address => address.GetAddressBytes())];
}
