using HomeCloud.Agent.Naming;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>
/// The name that DNS has for a container, which need not be the engine's: My_Box answers as my-box, a service of compose as
/// web.shop, the second of a taken name as airplay-2. Pure.
/// </summary>
internal static class DnsNames
{
    /// <param name="container">As the engine has it.</param>
    /// <param name="records">The registry's for this container.</param>
    /// <param name="zone">Names may be given with it.</param>
    /// <returns>Without the zone.</returns>
    public static string Of(ContainerFacts container, IEnumerable<NameRecord> records, string zone)
    {
        var wanted = NameMaker.TryNormalize(container.Label(HomeCloudLabels.Name) ?? container.SwarmService ?? container.Name, [zone], out var made) ? made : container.Name;
        var aliases = container.Labels.GetValueOrDefault(HomeCloudLabels.Aliases, "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);

        // A record of before a rename says the old name: it does not count, what follows from the new one does.
        var names = records
            .Where(r => r.AliasOf is null && r.Attributes.GetValueOrDefault(RecordAttributes.Container) == container.Name && !r.Name.StartsWith('*') && !aliases.Contains(r.Name))
            .Select(r => r.Name)
            .ToList();
        return names.Count == 0 || names.Contains(wanted)
            ? wanted
            : names.OrderBy(n => n.Count(c => c == '.')).ThenBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).First();
    }
}
