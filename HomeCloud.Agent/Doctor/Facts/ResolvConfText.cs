using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Doctor.Facts;

/// <summary>This machine's resolv.conf(5).</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Servers">Its name servers.</param>
/// <param name="Search">The domains that are tried behind a name; the last line counts.</param>
internal sealed record ResolvConfText(string Path, IReadOnlyList<IPAddress> Servers, IReadOnlyList<string> Search)
{
    public static string PathIn(DoctorOptions options) => System.IO.Path.Combine(options.EtcFolder, "resolv.conf");

    /// <returns>Null when there is none.</returns>
    public static async Task<ResolvConfText?> ReadAsync(DoctorOptions options, CancellationToken cancellationToken)
    {
        var path = PathIn(options);
        if (!File.Exists(path))
            return null;
        var lines = (await File.ReadAllLinesAsync(path, cancellationToken)).Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1).ToList();
        return new ResolvConfText(
            path,
            [.. lines.Where(words => words[0] == "nameserver").Select(words => AddressText.TryParse(words[1], out var address) ? address : null).OfType<IPAddress>()],
            [.. lines.LastOrDefault(words => words[0] is "search" or "domain")?.Skip(1) ?? []]);
    }
}
