using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using HomeCloud.Agent.Docker.Models;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>From the engine's list and inspection to <see cref="EngineContainer"/>. Everything may be missing.</summary>
internal static class ContainerReader
{
    public static EngineContainer Read(string id, ContainerSummary summary, ContainerInspection inspection)
    {
        var state = summary.State ?? inspection.State?.Status ?? "dead";
        var started = inspection.State?.StartedAt;
        return new EngineContainer
        {
            Id = id,
            Name = (inspection.Name ?? id[..Math.Min(12, id.Length)]).TrimStart('/'),
            Image = inspection.Config?.Image ?? summary.Image ?? string.Empty,
            State = state,
            Health = HealthPart(summary.Status),
            ExitCode = (int)(inspection.State?.ExitCode ?? 0),
            Created = inspection.Created,
            StartedAt = state is "running" or "paused" && started is { Year: > 1970 } ? started : null,
            Labels = Labels(inspection.Config?.Labels ?? summary.Labels),
            Attachments = Attachments(summary.NetworkSettings ?? inspection.NetworkSettings),
            Ports = TcpPorts(inspection.Config),
            Volumes = [.. (inspection.Mounts ?? []).Where(m => m?.Type == "volume").Select(m => m!.Name).OfType<string>()],
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

    public static ImmutableArray<ushort> TcpPorts(ContainerConfig? config)
    {
        var ports = new SortedSet<ushort>();
        foreach (var text in config?.ExposedPorts?.Keys ?? [])
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

    private static ImmutableArray<EngineAttachment> Attachments(NetworkSettings? settings)
    {
        var attachments = ImmutableArray.CreateBuilder<EngineAttachment>();
        foreach (var (network, endpoint) in settings?.Networks ?? new Dictionary<string, EndpointSettings?>())
        {
            var addresses = new[] { endpoint?.IPAddress, endpoint?.GlobalIPv6Address }
                .Select(a => AddressText.TryParse(a, out var address) ? address : null).OfType<IPAddress>();
            attachments.Add(new EngineAttachment(network, [.. addresses], endpoint?.MacAddress ?? string.Empty));
        }

        return attachments.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, string> Labels(IReadOnlyDictionary<string, string?>? labels) =>
        (labels ?? new Dictionary<string, string?>()).ToImmutableSortedDictionary(l => l.Key, l => l.Value ?? string.Empty, StringComparer.Ordinal);
}
