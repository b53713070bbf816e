using System.Net;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>
/// Names of devices by address: those of the registry, names added on the page before servers and other machines' names; else what a
/// reverse lookup finds.
/// </summary>
public sealed class DeviceNames(IRegistry registry, AskedNames asked)
{
    private volatile Known _known = new(null, []);

    /// <param name="address">As text; null when no name has it, or none yet: what is looked up is there when the page asks again.</param>
    public string? Find(string address) => Read().GetValueOrDefault(address) ?? asked.Find(address);

    /// <summary>Addresses of the devices that have it in their name; empty for no text.</summary>
    public IReadOnlyList<string> Having(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        var names = Read();
        return [.. names.Concat(asked.Names.Where(pair => !names.ContainsKey(pair.Key))).Where(pair => pair.Value.Contains(text, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Key)];
    }

    private Dictionary<string, string> Read()
    {
        var snapshot = registry.Current;
        var known = _known;
        if (ReferenceEquals(known.Of, snapshot))
            return known.Names;
        var names = new Dictionary<string, string>();
        foreach (var record in snapshot.Records.Values.Where(record => record.Reverse && record.AliasOf is null)
                     .OrderBy(record => record.Owner != WellKnownOwners.Static).ThenBy(record => record.Name, StringComparer.Ordinal))
        {
            foreach (var address in record.Addresses)
                names.TryAdd(Text(address), record.Name);
        }

        _known = new Known(snapshot, names);
        return names;
    }

    private static string Text(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private sealed record Known(RegistrySnapshot? Of, Dictionary<string, string> Names);
}
