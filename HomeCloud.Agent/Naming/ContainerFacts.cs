using System.Collections.Immutable;
using System.Net;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Naming;

/// <summary>One container, as naming, page, command line, expiry and create know it: parsed, complete, immutable.</summary>
public sealed record ContainerFacts
{
    private const string JoinPrefix = "container:";

    private const int ShortIdLength = 12;

    public required string Id { get; init; }

    /// <summary>Without the engine's leading slash; the short id when it has none.</summary>
    public required string Name { get; init; }

    public DateTimeOffset Created { get; init; }

    public ContainerLife Life { get; init; }

    /// <summary>Since when <see cref="Life"/> holds, in UTC with whole seconds.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Of the present run; null when it does not run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public long ExitCode { get; init; }

    public bool OutOfMemory { get; init; }

    public ContainerHealthState Health { get; init; }

    public string Image { get; init; } = "";

    /// <summary><c>host</c>, <c>none</c>, <c>container:ID</c>, or a network.</summary>
    public string NetworkMode { get; init; } = "";

    /// <summary>The container whose network this one uses, as the engine names it; null when it has its own.</summary>
    public string? JoinedTo => NetworkMode.StartsWith(JoinPrefix, StringComparison.Ordinal) ? NetworkMode[JoinPrefix.Length..] : null;

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Ordered by network name.</summary>
    public ImmutableArray<EndpointFacts> Endpoints { get; init; } = [];

    public ImmutableArray<PublishedPort> Published { get; init; } = [];

    /// <summary>Ports that the image or the person declares, published or not: <c>80/tcp</c>.</summary>
    public ImmutableArray<string> Exposed { get; init; } = [];

    /// <summary>TCP ports that the image or the person declares.</summary>
    public ImmutableArray<ushort> Ports { get; init; } = [];

    /// <summary>Named volumes in use.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>Folders of the machine in use.</summary>
    public ImmutableArray<ContainerBind> Binds { get; init; } = [];

    public string? Command { get; init; }

    /// <summary>Bytes; 0 for no limit.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>The engine removes it when it stops (<c>docker run --rm</c>).</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Id of its first process, where the engine runs; 0 when it does not run.</summary>
    public int ProcessId { get; init; }

    /// <summary>Its engine is Podman.</summary>
    public bool IsOnPodman { get; init; }

    /// <summary>How it sleeps, with its addresses kept; null when it does not.</summary>
    public Asleep? Asleep { get; init; }

    /// <summary>How long it may take to stop before it is killed; negative for ever, null for the engine's usual time.</summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>False when only the list is known: the engine could not be asked for more.</summary>
    public bool IsInspected { get; init; }

    /// <summary>Where the LAN reaches it, by the rules that names go by; <see cref="LanPlace.None"/> until they are applied.</summary>
    public LanPlace Lan { get; init; } = LanPlace.None;

    /// <summary>It was removed a moment ago and keeps its names only until another container wants them.</summary>
    public bool Gone { get; init; }

    /// <summary>It is down or gone, and shown as it was for the grace period: it answers where nobody else does.</summary>
    public bool Held { get; init; }

    /// <summary>Ours, while another container has its server's name: no server of its own, and without a name in DNS.</summary>
    public bool IsAside => Labels.ContainsKey(Servers.Labels.Server) && AsideName.ServerOf(Name) is not null;

    public string ShortId => Id.Length > ShortIdLength ? Id[..ShortIdLength] : Id;

    /// <summary>Whether it holds its addresses: running, or frozen with its network in place.</summary>
    public bool IsUp => Life is ContainerLife.Running or ContainerLife.Paused;

    /// <summary>Up, or between two attempts of its restart policy.</summary>
    public bool IsRunning => IsUp || Life == ContainerLife.Restarting;

    /// <summary>Up, or up as soon as a device calls.</summary>
    public bool Answers => IsUp || Asleep is not null;

    /// <summary>In the engine's words: created, running, paused, restarting, exited, dead.</summary>
    public string LifeInWords => Life.ToString().ToLowerInvariant();

    /// <summary>The same, for a sentence.</summary>
    public Phrase LifePhrase => Life switch
    {
        ContainerLife.Created => "created",
        ContainerLife.Running => "running",
        ContainerLife.Paused => "paused",
        ContainerLife.Restarting => "restarting",
        ContainerLife.Exited => "exited",
        ContainerLife.Dead => "dead",
        _ => LifeInWords,
    };

    /// <summary>The addresses it has now.</summary>
    public IEnumerable<IPAddress> Addresses => Endpoints.SelectMany(endpoint => endpoint.Addresses);

    /// <summary>Those it has now and those it will have whenever it starts.</summary>
    public IEnumerable<IPAddress> Claimed => Endpoints.SelectMany(endpoint => endpoint.Addresses.Concat(endpoint.Fixed));

    public string? Label(string key) => Labels.GetValueOrDefault(key);

    /// <summary>Name of the Swarm service that it is a task of; null when it is none.</summary>
    public string? SwarmService => Label(HomeCloudLabels.SwarmService) is { Length: > 0 } service ? service : null;

    /// <summary>Project and service of a compose container that is one of the service's replicas, or stack and service of a Swarm task.</summary>
    public (string Project, string Service)? Compose => SwarmService is { } swarm
        ? Label(HomeCloudLabels.SwarmStack) is { Length: > 0 } stack && swarm.StartsWith(stack + "_", StringComparison.Ordinal) ? (stack, swarm[(stack.Length + 1)..]) : null
        : Label(HomeCloudLabels.ComposeProject) is { Length: > 0 } project
        && Label(HomeCloudLabels.ComposeService) is { Length: > 0 } service
        && !string.Equals(Label(HomeCloudLabels.ComposeOneOff), "true", StringComparison.OrdinalIgnoreCase)
            ? (project, service)
            : null;

    /// <summary>Replicas of one service have one, and with it share what they are called; another container has its own.</summary>
    public string ReplicaGroup => SwarmService is { } swarm ? $"swarm/{swarm}" : Compose is { } compose ? $"{compose.Project}/{compose.Service}" : Id;
}

/// <param name="Source">The folder.</param>
/// <param name="Target">Where it is inside.</param>
/// <param name="Writable">Whether the container may write.</param>
public sealed record ContainerBind(string Source, string Target, bool Writable);

/// <param name="Addresses">Those that its names have.</param>
/// <param name="Network">Where they are.</param>
/// <param name="Explanation">Why there are none.</param>
public sealed record LanPlace(ImmutableArray<IPAddress> Addresses, string Network, string? Explanation)
{
    public static LanPlace None { get; } = new([], "", null);
}

public enum ContainerLife
{
    Created,
    Running,
    Paused,

    /// <summary>Between two attempts of its restart policy.</summary>
    Restarting,

    Exited,

    /// <summary>The engine could not remove it.</summary>
    Dead,
}

public enum ContainerHealthState
{
    /// <summary>No health check.</summary>
    None,
    Starting,
    Healthy,
    Unhealthy,
}
