using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>
/// Turns addresses that an engine chose into ones that it was told: a stopped container is taken off its network and put on it
/// again with the address. Nothing else of it changes, and compose, which compares what was asked for, sees no difference.
/// </summary>
internal static class EnginePlaces
{
    public static async Task KeepAsync(EngineClient docker, string container, IReadOnlyList<KeptPlace> places, CancellationToken cancellationToken)
    {
        var id = Uri.EscapeDataString(container);
        var found = await docker.AskAsync($"GET /containers/{id}/json", (d, token) => d.Containers.InspectContainerAsync(id, token), cancellationToken);
        foreach (var place in places)
        {
            if (found.NetworkSettings?.Networks?.TryGetValue(place.Network, out var before) != true || before is null)
                continue;
            var wanted = Copy(before);
            wanted.IPAMConfig = new EndpointIPAMConfig { IPv4Address = Text(place, isIPv6: false), IPv6Address = Text(place, isIPv6: true) };
            if (before.IPAMConfig is { } fixedBefore && (fixedBefore.IPv4Address ?? "") == wanted.IPAMConfig.IPv4Address && (fixedBefore.IPv6Address ?? "") == wanted.IPAMConfig.IPv6Address)
                continue;
            wanted.MacAddress = place.Mac;
            await docker.AskAsync(
                "POST /networks/disconnect",
                (d, token) => d.Networks.DisconnectNetworkAsync(Uri.EscapeDataString(place.Network), new NetworkDisconnectParameters { Container = container, Force = true }, token),
                cancellationToken);
            try
            {
                await ConnectAsync(docker, container, place.Network, wanted, CancellationToken.None);
            }
            catch (EngineRefusedException)
            {
                // A network whose IPv6 subnet Docker has chosen itself takes no IPv6 address; and never may it stay off its network.
                wanted.IPAMConfig.IPv6Address = "";
                if (!await TryAsync(() => ConnectAsync(docker, container, place.Network, wanted, CancellationToken.None)))
                    await ConnectAsync(docker, container, place.Network, Copy(before), CancellationToken.None);
            }
        }
    }

    private static Task ConnectAsync(EngineClient docker, string container, string network, EndpointSettings settings, CancellationToken cancellationToken) =>
        docker.AskAsync(
            "POST /networks/connect",
            (d, token) => d.Networks.ConnectNetworkAsync(Uri.EscapeDataString(network), new NetworkConnectParameters { Container = container, EndpointConfig = settings }, token),
            cancellationToken);

    private static async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (EngineRefusedException)
        {
            return false;
        }
    }

    /// <summary>What was asked for, without what came of it.</summary>
    private static EndpointSettings Copy(EndpointSettings settings) => new()
    {
        IPAMConfig = settings.IPAMConfig,
        Links = settings.Links,
        Aliases = settings.Aliases,
        DriverOpts = settings.DriverOpts,
        GwPriority = settings.GwPriority,
        MacAddress = settings.MacAddress ?? "",
    };

    private static string Text(KeptPlace place, bool isIPv6) =>
        place.Addresses.FirstOrDefault(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 == isIPv6)?.ToString() ?? "";
}
