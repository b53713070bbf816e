using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>From the engine's list and inspection to <see cref="EngineContainer"/>. Everything may be missing.</summary>
internal static class ContainerReader
{
    public static EngineContainer Read(string id, ContainerListResponse summary, ContainerInspectResponse inspection)
    {
        var state = summary.State ?? inspection.State?.Status ?? "dead";
        var started = ContainerFactsReader.Time(inspection.State?.StartedAt);
        return new EngineContainer
        {
            Id = id,
            Name = (inspection.Name ?? id[..Math.Min(12, id.Length)]).TrimStart('/'),
            Image = inspection.Config?.Image ?? summary.Image ?? string.Empty,
            State = state,
            Health = HealthPart(summary.Status),
            ExitCode = (int)(inspection.State?.ExitCode ?? 0),
            Created = ContainerFactsReader.Time(inspection.Created),
            StartedAt = state is "running" or "paused" && started.Year > 1970 ? started : null,
            Labels = Labels(inspection.Config?.Labels ?? summary.Labels),
            Attachments = Attachments(summary.NetworkSettings?.Networks ?? inspection.NetworkSettings?.Networks, inspection.NetworkSettings?.Networks),
            Ports = TcpPorts(inspection.Config?.ExposedPorts),
            Volumes = [.. (inspection.Mounts ?? []).Where(m => m?.Type == "volume").Select(m => m!.Name).OfType<string>()],
            Binds = [.. (inspection.Mounts ?? []).Where(m => m is { Type: "bind", Source: not null }).Select(m => new EngineBind(m.Source, m.Destination ?? string.Empty, m.RW))],
            Command = inspection.Config?.Cmd is { Count: > 0 } command ? string.Join(' ', command) : null,
            MemoryLimit = inspection.HostConfig?.Memory ?? 0,
        };
    }

    /// <summary>The list tells health only inside its sentence: <c>Up 3 minutes (healthy)</c>.</summary>
    public static string? HealthPart(string? status) => status switch
    {
        null => null,
        _ when status.Contains("(healthy)", StringComparison.Ordinal) => "healthy",
        _ when status.Contains("(unhealthy)", StringComparison.Ordinal) => "unhealthy",
        _ when status.Contains("(health: starting)", StringComparison.Ordinal) => "starting",
        _ => null,
    };

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

    /// <param name="networks">As they are now.</param>
    /// <param name="configured">From the inspection, which tells what was asked for even where the list does not.</param>
    private static ImmutableArray<EngineAttachment> Attachments(IDictionary<string, EndpointSettings>? networks, IDictionary<string, EndpointSettings>? configured)
    {
        var attachments = ImmutableArray.CreateBuilder<EngineAttachment>();
        foreach (var (network, endpoint) in networks ?? new Dictionary<string, EndpointSettings>())
        {
            var wanted = (configured?.TryGetValue(network, out var asked) == true ? asked?.IPAMConfig : null) ?? endpoint?.IPAMConfig;
            attachments.Add(new EngineAttachment(network, [.. Parsed(endpoint?.IPAddress, endpoint?.GlobalIPv6Address)], endpoint?.MacAddress ?? string.Empty)
            {
                Fixed = [.. Parsed(wanted?.IPv4Address, wanted?.IPv6Address)],
            });
        }

        return attachments.ToImmutable();

        static IEnumerable<IPAddress> Parsed(params string?[] texts) => texts.Select(a => AddressText.TryParse(a, out var address) ? address : null).OfType<IPAddress>();
    }

    private static ImmutableSortedDictionary<string, string> Labels(IDictionary<string, string>? labels) =>
        (labels ?? new Dictionary<string, string>()).ToImmutableSortedDictionary(l => l.Key, l => l.Value ?? string.Empty, StringComparer.Ordinal);
}
