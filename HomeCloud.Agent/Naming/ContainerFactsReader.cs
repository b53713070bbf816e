using System.Collections.Immutable;
using System.Globalization;
using Docker.DotNet.Models;

namespace HomeCloud.Agent.Naming;

/// <summary>Turns what an engine sent, in which anything may be missing or odd, into <see cref="ContainerFacts"/>.</summary>
public static class ContainerFactsReader
{
    /// <returns>Null without an id: there is nothing to attach a name to.</returns>
    public static ContainerFacts? Read(ContainerInspectResponse container)
    {
        if (container.ID is not { Length: > 0 } id)
            return null;
        var state = container.State ?? new State();
        var created = Time(container.Created);
        var life = Life(state.Status, state);
        var mounts = (container.Mounts ?? []).Where(mount => mount is not null).ToArray();
        return new ContainerFacts
        {
            Id = id,
            Name = Name(container.Name, id),
            Created = created,
            Life = life,
            Since = WholeSeconds(life switch
            {
                ContainerLife.Running or ContainerLife.Paused => Time(state.StartedAt),
                ContainerLife.Created => created,
                _ => Time(state.FinishedAt),
            }),
            StartedAt = StartedAt(life, Time(state.StartedAt)),
            ExitCode = state.ExitCode,
            OutOfMemory = state.OOMKilled,
            Health = Health(state.Health?.Status),
            Image = container.Config?.Image ?? "",
            NetworkMode = container.HostConfig?.NetworkMode ?? "",
            Labels = Labels(container.Config?.Labels),
            Endpoints = EndpointReader.Read(container.NetworkSettings?.Networks, container.Config?.Hostname),
            Published = PortReader.Published(container.NetworkSettings?.Ports),
            Exposed = PortReader.Exposed(container.NetworkSettings?.Ports),
            Ports = PortReader.Tcp(container.Config?.ExposedPorts),
            Volumes = [.. mounts.Where(mount => mount.Type == "volume").Select(mount => mount.Name).OfType<string>()],
            Binds = [.. mounts.Where(mount => mount is { Type: "bind", Source: not null }).Select(mount => new ContainerBind(mount.Source, mount.Destination ?? "", mount.RW))],
            Command = container.Config?.Cmd is { Count: > 0 } command ? string.Join(' ', command) : null,
            MemoryLimit = container.HostConfig?.Memory ?? 0,
            IsTemporary = container.HostConfig?.AutoRemove ?? false,
            ProcessId = (int)Math.Clamp(state.Pid, 0, int.MaxValue),
            StopTimeout = container.Config?.StopTimeout,
            IsInspected = true,
        };
    }

    /// <summary>The coarser view of the container list, for a container whose inspection the engine fails to give.</summary>
    public static ContainerFacts? Read(ContainerListResponse container)
    {
        if (container.ID is not { Length: > 0 } id)
            return null;
        var created = Time(container.Created);
        var life = Life(container.State, new State());
        return new ContainerFacts
        {
            Id = id,
            // Legacy links add names with a second slash; the container's own has one.
            Name = Name(container.Names?.FirstOrDefault(name => name?.LastIndexOf('/') == 0), id),
            Created = created,
            Life = life,
            Since = created,
            StartedAt = StartedAt(life, created),
            Health = HealthIn(container.Status),
            Image = container.Image ?? "",
            Labels = Labels(container.Labels),
            Endpoints = EndpointReader.Read(container.NetworkSettings?.Networks, null),
        };
    }

    /// <summary>Engines' times: RFC 3339 with up to nine fractional digits, the year 1 for "never", or an empty string. Garbage is "never" too: a container with an odd date is still a container.</summary>
    public static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : default;

    public static DateTimeOffset Time(DateTime time) => time.Ticks == 0 ? default : new DateTimeOffset(time.ToUniversalTime());

    private static DateTimeOffset? StartedAt(ContainerLife life, DateTimeOffset time) =>
        life is ContainerLife.Running or ContainerLife.Paused && time > DateTimeOffset.UnixEpoch ? time : null;

    private static string Name(string? name, string id) => name?.TrimStart('/') is { Length: > 0 } given ? given : id[..Math.Min(12, id.Length)];

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private static ContainerLife Life(string? status, State state) => status switch
    {
        "running" => ContainerLife.Running,
        "paused" => ContainerLife.Paused,
        "restarting" => ContainerLife.Restarting,
        "created" or "configured" or "initialized" => ContainerLife.Created,
        "dead" => ContainerLife.Dead,
        null or "" when state is { Running: true, Restarting: false } => state.Paused ? ContainerLife.Paused : ContainerLife.Running,
        _ => ContainerLife.Exited,
    };

    private static ContainerHealthState Health(string? status) => status switch
    {
        null or "" or "none" => ContainerHealthState.None,
        "healthy" => ContainerHealthState.Healthy,
        "unhealthy" => ContainerHealthState.Unhealthy,
        _ => ContainerHealthState.Starting,
    };

    /// <summary>The list tells health inside its sentence, and 20.10 only there: <c>Up 3 minutes (healthy)</c>.</summary>
    private static ContainerHealthState HealthIn(string? status) => status switch
    {
        null => ContainerHealthState.None,
        _ when status.Contains("(healthy)", StringComparison.Ordinal) => ContainerHealthState.Healthy,
        _ when status.Contains("(unhealthy)", StringComparison.Ordinal) => ContainerHealthState.Unhealthy,
        _ when status.Contains("(health: starting)", StringComparison.Ordinal) => ContainerHealthState.Starting,
        _ => ContainerHealthState.None,
    };

    private static ImmutableDictionary<string, string> Labels(IDictionary<string, string>? labels) =>
        labels?.ToImmutableDictionary(label => label.Key, label => label.Value ?? "") ?? ImmutableDictionary<string, string>.Empty;
}
