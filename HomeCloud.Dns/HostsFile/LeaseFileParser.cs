using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Registry;

namespace HomeCloud.Dns.HostsFile;

/// <summary>
/// Reads the lease file of dnsmasq, which OpenWrt has too: when the lease ends, the MAC, the address, the name or an asterisk, the
/// client id. The names are what devices call themselves.
/// </summary>
public static class LeaseFileParser
{
    /// <summary>Key of <see cref="NameRecord.Attributes"/>: the file's name. It is written anew at each lease, and lines move: nothing of that is in a record.</summary>
    public const string SourceAttribute = "lease-file";

    /// <summary>More than any network of a home has.</summary>
    private const int MostNames = 10_000;

    private const int EndField = 0;
    private const int AddressField = 2;
    private const int NameField = 3;

    /// <summary>Seconds. Where there is no clock, dnsmasq writes how long leases last: no date, but less than this.</summary>
    private const long EarliestDate = 1_000_000_000;

    /// <summary>Names by which programs look for a proxy or a tunnel: a device that has one would get the others' traffic.</summary>
    private static readonly string[] Dangerous = ["wpad", "isatap", "localhost"];

    /// <param name="text">The file's content.</param>
    /// <param name="source">Its name, for messages and the TXT record.</param>
    /// <param name="zones">Our zones without trailing dot, such as <c>home</c>.</param>
    /// <param name="ttl">In seconds.</param>
    /// <param name="now">Leases that ended before are left out.</param>
    public static HostsFileContent Parse(string text, string source, IReadOnlyCollection<string> zones, int ttl, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(zones);
        var records = new Dictionary<string, NameRecord>();
        var problems = new List<string>();
        var lineNumber = 0;
        foreach (var line in text.Split('\n'))
        {
            lineNumber++;
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

            // "duid …" is the server's own, and an asterisk is a device without a name.
            if (fields.Length <= NameField || fields[NameField] == "*" || records.Count == MostNames)
                continue;
            if (Problem(fields, zones, now, out var address, out var name) is { } problem)
            {
                problems.Add($"{source} line {lineNumber}: {problem}");
                continue;
            }

            var record = records.GetValueOrDefault(name) ?? new NameRecord
            {
                Name = name,
                Owner = WellKnownOwners.LeaseFile,
                Ttl = ttl,
                Reverse = true,
                Attributes = ImmutableSortedDictionary<string, string>.Empty.Add(SourceAttribute, source),
            };
            records[name] = record.Addresses.Contains(address) ? record : record with { Addresses = record.Addresses.Add(address) };
        }

        return new HostsFileContent([.. records.Values], [.. problems]);
    }

    private static string? Problem(string[] fields, IReadOnlyCollection<string> zones, DateTimeOffset now, out IPAddress address, out string name)
    {
        name = "";
        if (!AddressText.TryParse(fields[AddressField], out address!) || !HostsFileParser.IsOfUseToOthers(address))
            return $"'{fields[AddressField]}' is not an address of a device";
        if (!long.TryParse(fields[EndField], NumberStyles.None, CultureInfo.InvariantCulture, out var end))
            return $"'{fields[EndField]}' is not a time";
        if (end >= EarliestDate && end < now.ToUnixTimeSeconds())
            return "the lease has ended";
        name = HostsFileParser.Relative(fields[NameField].TrimEnd('.').ToLowerInvariant(), zones) ?? "";
        if (name.Length == 0 || name.Contains('.', StringComparison.Ordinal))
            return $"'{fields[NameField]}' is not a single name of ours";
        if (NameRules.Check(name) is { } wrong)
            return $"'{fields[NameField]}' {wrong}";
        return Dangerous.Contains(name) || name[0] == '*' ? $"'{fields[NameField]}' is no name for a device" : null;
    }
}
