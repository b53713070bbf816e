using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;
using HomeCloud.Registry;

namespace HomeCloud.Dns.HostsFile;

/// <summary>
/// Reads the format of hosts(5): an address, then names, then perhaps a comment. Names below one of our zones
/// and single labels become records; loopback and multicast addresses are of no use to others and are left out.
/// </summary>
public static class HostsFileParser
{
    /// <summary>Key of <see cref="NameRecord.Attributes"/>: file name and line of the name's first address.</summary>
    public const string SourceAttribute = "hosts-file";

    private static readonly char[] Blanks = [' ', '\t', '\r', '\f', '\v'];

    /// <param name="text">The file's content.</param>
    /// <param name="source">Its name, for messages and the TXT record.</param>
    /// <param name="zones">Our zones without trailing dot, such as <c>home</c>.</param>
    /// <param name="ttl">In seconds.</param>
    /// <param name="since">When the file was written, in UTC.</param>
    public static HostsFileContent Parse(string text, string source, IReadOnlyCollection<string> zones, int ttl, DateTimeOffset since)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(zones);
        var records = new Dictionary<string, NameRecord>();
        var problems = new List<string>();
        var lineNumber = 0;
        foreach (var line in text.Split('\n'))
        {
            lineNumber++;
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var words = (comment < 0 ? line : line[..comment]).Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;

            var place = $"{source} line {lineNumber}";
            if (!AddressText.TryParse(words[0], out var address))
                problems.Add($"{place}: '{words[0]}' is not an address{AddressText.Advice(words[0])}: write ADDRESS NAME… (example: 192.168.1.7 printer)");
            else if (words.Length == 1)
                problems.Add($"{place}: the address {address} has no name: write one after it");
            else if (IsOfUseToOthers(address))
                AddNames(records, problems, words.AsSpan(1), address, place, zones, ttl, since);
        }

        return new HostsFileContent([.. records.Values], [.. problems]);
    }

    private static void AddNames(
        Dictionary<string, NameRecord> records, List<string> problems, ReadOnlySpan<string> names,
        IPAddress address, string place, IReadOnlyCollection<string> zones, int ttl, DateTimeOffset since)
    {
        // The first name of a line is the canonical one (hosts(5)), the first of ours where that is another zone's: its address points back to it.
        var canonical = true;
        foreach (var written in names)
        {
            var folded = written.TrimEnd('.').ToLowerInvariant();
            if (Relative(folded, zones) is not { } name)
            {
                problems.Add($"{place}: '{written}' is outside our zones ({string.Join(", ", zones)}): ignored");
            }
            else if (NameRules.Check(name) is { } problem)
            {
                problems.Add($"{place}: '{written}' {problem}");
            }
            else
            {
                var record = records.GetValueOrDefault(name) ?? new NameRecord
                {
                    Name = name,
                    Owner = WellKnownOwners.HostsFile,
                    Ttl = ttl,
                    Since = since,
                    Reverse = canonical,
                    Attributes = ImmutableSortedDictionary<string, string>.Empty.Add(SourceAttribute, place),
                };
                records[name] = record with
                {
                    Addresses = record.Addresses.Contains(address) ? record.Addresses : record.Addresses.Add(address),
                    Reverse = record.Reverse || canonical,
                };
                canonical = false;
            }
        }
    }

    /// <summary>The name relative to its zone; null when it has a zone and none of ours, or is the zone itself.</summary>
    internal static string? Relative(string name, IReadOnlyCollection<string> zones)
    {
        string? longest = null;
        foreach (var zone in zones)
        {
            if (name.Length > zone.Length + 1 && name.EndsWith(zone, StringComparison.Ordinal) && name[^(zone.Length + 1)] == '.'
                && zone.Length > (longest?.Length ?? 0))
            {
                longest = zone;
            }
        }

        if (longest is not null)
            return name[..^(longest.Length + 1)];
        return name.Contains('.', StringComparison.Ordinal) ? null : name;
    }

    internal static bool IsOfUseToOthers(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return !IPAddress.IsLoopback(address)
            && !(address.AddressFamily == AddressFamily.InterNetwork ? bytes[0] is 0 or >= 224 : bytes[0] is 0 or 0xFF || address.IsIPv6LinkLocal);
    }
}

/// <summary>What one hosts file, or one lease file, says.</summary>
/// <param name="Records">A record for each name, all addresses together.</param>
/// <param name="Problems">Lines that were left out, each with file, line number and reason.</param>
public sealed record HostsFileContent(ImmutableArray<NameRecord> Records, ImmutableArray<string> Problems);
