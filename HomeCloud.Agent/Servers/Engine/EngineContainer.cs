using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>A container as the engine tells of it.</summary>
public sealed record EngineContainer
{
    public required string Id { get; init; }

    /// <summary>Without the engine's leading slash.</summary>
    public required string Name { get; init; }

    public required string Image { get; init; }

    /// <summary>In the engine's words: created, running, paused, restarting, exited, dead.</summary>
    public required string State { get; init; }

    /// <summary>healthy, unhealthy, starting, or null without a health check.</summary>
    public string? Health { get; init; }

    public int ExitCode { get; init; }

    public DateTimeOffset Created { get; init; }

    /// <summary>Of the present run; null when it does not run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<EngineAttachment> Attachments { get; init; } = [];

    /// <summary>The link-layer address it was made with; null when none was chosen.</summary>
    public string? Mac { get; init; }

    /// <summary>Where the LAN reaches it, as names go by it.</summary>
    public EngineLanPlace Lan { get => field ?? new EngineLanPlace([.. Addresses], Attachments.FirstOrDefault(a => a.Addresses.Length > 0)?.Network ?? string.Empty, null); init; }

    /// <summary>TCP ports that the image or the container declares.</summary>
    public ImmutableArray<ushort> Ports { get; init; } = [];

    /// <summary>Named volumes in use.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>Folders of the machine in use.</summary>
    public ImmutableArray<EngineBind> Binds { get; init; } = [];

    public string? Command { get; init; }

    public long MemoryLimit { get; init; }

    public bool IsRunning => State is "running" or "paused" or "restarting";

    /// <summary>Those it has now.</summary>
    public IEnumerable<IPAddress> Addresses => Attachments.SelectMany(a => a.Addresses);

    /// <summary>Those it has now and those it will have whenever it starts.</summary>
    public IEnumerable<IPAddress> Claimed => Attachments.SelectMany(a => a.Addresses.Concat(a.Fixed));
}

/// <param name="Source">The folder.</param>
/// <param name="Target">Where it is inside.</param>
/// <param name="Writable">Whether the container may write.</param>
public sealed record EngineBind(string Source, string Target, bool Writable);

/// <param name="Addresses">Those that its names have.</param>
/// <param name="Network">Where they are.</param>
/// <param name="Explanation">Why there are none.</param>
public sealed record EngineLanPlace(ImmutableArray<IPAddress> Addresses, string Network, string? Explanation);
