using System.Diagnostics.CodeAnalysis;
using System.Net;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// Names under public domains that mean something else at home (split horizon): <c>--local nextcloud.example.org=nas</c>, and what
/// zone files say of such names. All else of such a domain is asked outside. Immutable.
/// </summary>
internal sealed class OwnNames
{
    private const int MaxProblems = 10;
    private static readonly byte[] AnyLabel = [1, (byte)'*'];

    // A wildcard stands under its name with "*" in front, as in a zone. Null: the name exists only because others stand below it.
    private readonly Dictionary<byte[], OwnName?> _names = new(NameComparer.Instance);
    private readonly Dictionary<byte[], OwnName?>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly bool _hasWildcards;

    private OwnNames(IEnumerable<OwnName> local, ZoneFileContent files)
    {
        foreach (var name in local)
            _names[name.Name] = _names.GetValueOrDefault(name.Name) is { } there ? there.With(name) : name;
        foreach (var (name, file) in files.Outside)
            _names[name] = (_names.GetValueOrDefault(name) ?? new OwnName(name, [], null)).With(file);
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
        _hasWildcards = _names.Keys.Any(name => name.AsSpan().StartsWith(AnyLabel));
        if (_hasWildcards)
            AddEmptyNonTerminals();
    }

    /// <param name="texts">Valid ones.</param>
    /// <param name="zones">Our zones; names without one are in the first.</param>
    /// <param name="files">Valid with them.</param>
    /// <returns>Null when there are none.</returns>
    public static OwnNames? From(ICollection<string> texts, IReadOnlyList<string> zones, ZoneFileContent files) => texts.Count == 0 && files.Outside.Count == 0
        ? null
        : new OwnNames(texts.Select(text => TryParse(text, zones, out var name, out var problem) ? name : throw new ArgumentException($"--local '{text}' {problem}")), files);

    /// <summary>What is wrong with them, one line each.</summary>
    public static IEnumerable<string> Validate(ICollection<string> texts, IReadOnlyList<string> zones, ZoneFileContent files)
    {
        var seen = new Dictionary<byte[], OwnName>(NameComparer.Instance);
        var problems = new List<string>();
        foreach (var text in texts)
        {
            if (!TryParse(text, zones, out var name, out var problem))
                problems.Add($"--local '{text}' {problem}");
            else if (seen.TryGetValue(name.Name, out var there) && (there.Alias is not null || name.Alias is not null))
                problems.Add($"--local '{text}' gives {DnsName.ToText(name.Name)} a second meaning: a name has addresses, or leads to one name of the home");
            else if (files.Outside.TryGetValue(name.Name, out var file) && file.HasWhere)
                problems.Add($"--local '{text}' gives {DnsName.ToText(name.Name)} a second meaning: --zone-file {file.Place} says where it is");
            else
                seen[name.Name] = name;
        }

        if (problems.Count == 0 && From(texts, zones, files) is { } names)
            problems.AddRange(files.Outside.Values.Select(file => names.WrongAlias(file, zones)).OfType<string>().Take(MaxProblems));
        return problems;
    }

    /// <summary>
    /// Finds what a folded name means here: the name itself, else the nearest wildcard above it, unless a name between the two
    /// exists (RFC 4592 §3.3.1). Names such as <c>_acme-challenge.…</c> serve the domain and are no hosts: no wildcard covers them.
    /// </summary>
    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out OwnName? own)
    {
        if (_lookup.TryGetValue(name, out own))
            return own is not null;
        if (!_hasWildcards || name.Length < 2 || name[1] == '_')
            return false;
        Span<byte> wildcard = stackalloc byte[DnsName.MaxLength + 2];
        AnyLabel.CopyTo(wildcard);
        for (var above = DnsName.Parent(name); above.Length > 1; above = DnsName.Parent(above))
        {
            above.CopyTo(wildcard[2..]);
            if (_lookup.TryGetValue(wildcard[..(above.Length + 2)], out own))
                return own is not null;

            // Between them stands the name of a host, or one that serves the domain.
            if (above[1] == '_' || _lookup.ContainsKey(above))
                return false;
        }

        return false;
    }

    private void AddEmptyNonTerminals()
    {
        foreach (var name in _names.Keys.ToArray())
        {
            for (var above = DnsName.Parent(name); above.Length > 1; above = DnsName.Parent(above))
                _lookup.TryAdd(above, null);
        }
    }

    // An answer from here is complete: nobody asks outside for the rest of it.
    private string? WrongAlias(FileName file, IReadOnlyList<string> zones)
    {
        var steps = 0;
        for (var at = file; at.TryFind(RecordType.Cname, out var alias); steps++)
        {
            var target = Folded(alias.Records[RecordSetView.RecordHeaderSize..]);
            if (ZoneAbove(target, zones) is not null)
                return null;
            if (steps == AuthoritativeAnswer.MaxAliases)
                return $"--zone-file {file.Place}: from this alias (CNAME), {steps} more lead in a circle or to no address";
            if (!TryFind(target, out var next))
            {
                return $"--zone-file {file.Place}: this alias (CNAME) leads to {DnsName.ToText(target)}, which is in no zone file and no zone of ours: "
                    + "write the addresses, or leave the name out, and it stays as it is outside";
            }

            if (next.File is null)
                return null;
            at = next.File;
        }

        return null;
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

    private static byte[] Folded(string zone) => Folded(DnsName.Parse(zone));

    private static byte[] Folded(ReadOnlySpan<byte> name)
    {
        var folded = name.ToArray();
        DnsName.Fold(folded);
        return folded;
    }
}
