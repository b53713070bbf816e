using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>From the one model of a container to what pages and the making of servers need besides.</summary>
internal static class ContainerReader
{
    /// <param name="seen">As the engine has it.</param>
    /// <param name="reach">Under which address the LAN reaches it.</param>
    public static EngineContainer Read(SeenContainer seen, Reachability reach)
    {
        var (facts, inspection) = seen;
        var started = inspection is null ? facts.Since : ContainerFactsReader.Time(inspection.State?.StartedAt);
        return new EngineContainer
        {
            Id = facts.Id,
            Name = facts.Name,
            Image = facts.Image,
            State = facts.Life.ToString().ToLowerInvariant(),
            Health = facts.Health == ContainerHealthState.None ? null : facts.Health.ToString().ToLowerInvariant(),
            ExitCode = (int)facts.ExitCode,
            Created = facts.Created,
            StartedAt = facts.IsUp && started.Year > 1970 ? started : null,
            Labels = facts.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Attachments = [.. facts.Endpoints.Select(endpoint => new EngineAttachment(endpoint.Network, endpoint.Addresses, endpoint.Mac) { Fixed = Fixed(inspection, endpoint.Network) })],
            Lan = new EngineLanPlace(reach.Addresses, reach.Network, reach.Explanation),
            Ports = TcpPorts(inspection?.Config?.ExposedPorts),
            Volumes = [.. (inspection?.Mounts ?? []).Where(m => m?.Type == "volume").Select(m => m!.Name).OfType<string>()],
            Binds = [.. (inspection?.Mounts ?? []).Where(m => m is { Type: "bind", Source: not null }).Select(m => new EngineBind(m.Source, m.Destination ?? string.Empty, m.RW))],
            Command = inspection?.Config?.Cmd is { Count: > 0 } command ? string.Join(' ', command) : null,
            MemoryLimit = inspection?.HostConfig?.Memory ?? 0,
        };
    }

    public static ImmutableArray<ushort> TcpPorts(IDictionary<string, EmptyStruct>? exposed)
    {
        var ports = new SortedSet<ushort>();
        foreach (var text in exposed?.Keys ?? [])
        {
            var slash = text.IndexOf('/');
            if ((slash < 0 || text[slash..] == "/tcp")
                && ushort.TryParse(slash < 0 ? text : text[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    /// <summary>What was asked for, whether it runs or not.</summary>
    private static ImmutableArray<IPAddress> Fixed(ContainerInspectResponse? inspection, string network) =>
        inspection?.NetworkSettings?.Networks?.TryGetValue(network, out var endpoint) == true && endpoint?.IPAMConfig is { } asked
            ? [.. new[] { asked.IPv4Address, asked.IPv6Address }.Select(a => AddressText.TryParse(a, out var address) ? address : null).OfType<IPAddress>()]
            : [];
}
