using System.Net.Sockets;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>Whether another device of the LAN has taken the address of a server that runs.</summary>
public sealed class AddressConflicts(IServerEngine engine, IAddressProbe probe, ServersOptions options)
{
    /// <returns>The first that is found, in a sentence; null when there is none.</returns>
    public async Task<Phrase?> FindAsync(CancellationToken cancellationToken)
    {
        if (!options.ProbeAddresses || engine.Known is not { IsSuccess: true, Value: { } all })
            return null;

        var ours = all.SelectMany(container => container.Endpoints).Select(endpoint => endpoint.Mac).Where(mac => mac.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var server in all.Where(container => container.IsUp))
        {
            var endpoint = server.Endpoints.FirstOrDefault(endpoint => endpoint.Network == server.Lan.Network);
            var address = server.Lan.Addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
            if (address is not null && endpoint is { Mac.Length: > 0 } && await probe.IsAnsweringAsync(address, ours, cancellationToken))
                return $"Another device answers for {address}, the address of {PlainText.From(server.Name, 63)}.";
        }

        return null;
    }
}
