using System.Net;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>Names of devices by address, as the registry has them: names added on the page before servers and other machines' names.</summary>
public sealed class DeviceNames(IRegistry registry)
{
    private volatile Known _known = new(null, []);

    /// <param name="address">As text; null when no name has it.</param>
    public string? Find(string address) => Read().GetValueOrDefault(address);

    /// <summary>Addresses of the devices that have it in their name; empty for no text.</summary>
    public IReadOnlyList<string> Having(string? text) =>
        string.IsNullOrEmpty(text) ? [] : [.. Read().Where(pair => pair.Value.Contains(text, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Key)];

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
