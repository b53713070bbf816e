using System.Collections.Immutable;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>What making and keeping servers needs of a container engine. Refusals are outcomes; cancellation throws.</summary>
public interface IServerEngine
{
    /// <summary>Every container, running or not, as known without asking.</summary>
    Outcome<IReadOnlyList<ContainerFacts>> Known { get; }

    /// <summary>Every container, running or not, seen after this call.</summary>
    Task<Outcome<IReadOnlyList<ContainerFacts>>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Containers of ours that are set aside (<see cref="AsideName"/>), seen after this call; they are in no list.</summary>
    Task<Outcome<IReadOnlyList<ContainerFacts>>> AsideAsync(CancellationToken cancellationToken);

    /// <summary>How a container of ours was made, to make it again with something changed.</summary>
    Task<Outcome<ServerSource>> SourceAsync(string container, CancellationToken cancellationToken);

    /// <summary>Sets limits of a container as it is.</summary>
    /// <param name="container">Its id.</param>
    /// <param name="memoryBytes">0 to leave it: no engine takes a limit away.</param>
    /// <param name="cpus">0 to leave it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ServerProblem?> LimitAsync(string container, long memoryBytes, double cpus, CancellationToken cancellationToken);

    /// <summary>The digest that an image's name has in its registry now.</summary>
    Task<Outcome<string>> RegistryDigestAsync(string image, CancellationToken cancellationToken);

    /// <summary>Removes an image that has no name any more and that nobody uses; any other stays.</summary>
    Task RemoveNamelessImageAsync(string id, CancellationToken cancellationToken);

    /// <summary>One line at once, and one whenever a container, a network or the engine changes; those of a burst may be one.</summary>
    IAsyncEnumerable<string> WatchAsync(CancellationToken cancellationToken);

    /// <summary>The networks on the LAN as known without asking; empty while the engine is away.</summary>
    IReadOnlyList<NetworkFacts> KnownLanNetworks { get; }

    /// <summary>The same, seen after this call.</summary>
    Task<Outcome<IReadOnlyList<NetworkFacts>>> LanNetworksAsync(CancellationToken cancellationToken);

    /// <summary><see cref="ImageFacts.Missing"/> when the image is not on this machine.</summary>
    Task<Outcome<ImageFacts>> FindImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>Fetches an image, telling of its layers.</summary>
    Task<ServerProblem?> PullAsync(string image, Action<IReadOnlyList<LayerProgress>> progress, CancellationToken cancellationToken);

    /// <summary>Builds an image from a tar stream that holds a Dockerfile.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="tar">Dockerfile and what it copies.</param>
    /// <param name="progress">Each line.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="anew">From the newest base image, and nothing of an earlier build.</param>
    Task<ServerProblem?> BuildAsync(string tag, Stream tar, Action<string> progress, CancellationToken cancellationToken, bool anew = false);

    /// <summary>All volumes.</summary>
    Task<Outcome<IReadOnlyList<EngineVolume>>> VolumesAsync(CancellationToken cancellationToken);

    Task<ServerProblem?> CreateVolumeAsync(string volume, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    Task<ServerProblem?> RemoveVolumeAsync(string volume, CancellationToken cancellationToken);

    /// <returns>The new container's id.</returns>
    Task<Outcome<string>> CreateAsync(ContainerPlan plan, CancellationToken cancellationToken);

    Task<ServerProblem?> StartAsync(string container, CancellationToken cancellationToken);

    /// <summary>With the container's own signal, and the time it has been given.</summary>
    Task<ServerProblem?> StopAsync(string container, CancellationToken cancellationToken);

    Task<ServerProblem?> RestartAsync(string container, CancellationToken cancellationToken);

    /// <summary>Freezes its processes; its memory and its network stay.</summary>
    Task<ServerProblem?> PauseAsync(string container, CancellationToken cancellationToken);

    Task<ServerProblem?> UnpauseAsync(string container, CancellationToken cancellationToken);

    /// <summary>Makes a stopped container start with these addresses, which the engine would forget where it chose them itself.</summary>
    Task<ServerProblem?> KeepPlacesAsync(string container, IReadOnlyList<KeptPlace> places, CancellationToken cancellationToken);

    /// <summary>What can be seen of who uses a container.</summary>
    /// <param name="container">That runs.</param>
    /// <param name="thoroughly">Also what the engine must be asked for: execs, and connections where they cannot be read from here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when nothing can be seen: the engine is away, or the container does not run.</returns>
    Task<UseReading?> UseAsync(ContainerFacts container, bool thoroughly, CancellationToken cancellationToken);

    Task<ServerProblem?> RenameAsync(string container, string name, CancellationToken cancellationToken);

    /// <summary>Stops with the container's own signal and grace, and removes; its anonymous volumes go with it. Not being there is no problem.</summary>
    /// <param name="container">Its id.</param>
    /// <param name="kill">Kill it instead of stopping it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<ServerProblem?> RemoveAsync(string container, bool kill, CancellationToken cancellationToken);

    /// <param name="container">Name or id.</param>
    /// <param name="tail">So many of the newest lines first.</param>
    /// <param name="follow">Go on with new lines as they come.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    IAsyncEnumerable<EngineLogLine> LogsAsync(string container, int tail, bool follow, CancellationToken cancellationToken);

    /// <summary>Opens a shell inside a running container: bash if it is there, else sh.</summary>
    Task<Outcome<IEngineTerminal>> OpenTerminalAsync(string container, TerminalSize size, CancellationToken cancellationToken);

    /// <summary>One reading; null when the container does not run.</summary>
    Task<UsageReading?> UsageAsync(string container, CancellationToken cancellationToken);
}

/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
public sealed record EngineVolume(string Name, IReadOnlyDictionary<string, string> Labels);

/// <summary>One line that a container wrote.</summary>
/// <param name="At">When the engine got it; null when it did not say.</param>
/// <param name="IsError">Written to standard error.</param>
/// <param name="Text">As it came: hostile until escaped.</param>
public sealed record EngineLogLine(DateTimeOffset? At, bool IsError, string Text);

/// <summary>What a container has used.</summary>
/// <param name="CpuNanoseconds">CPU time since it started.</param>
/// <param name="MemoryBytes">Memory in use, without the page cache that can be given up.</param>
/// <param name="MemoryLimit">Its limit in bytes, or the machine's memory.</param>
/// <param name="ReceivedBytes">By its network interfaces since it started.</param>
/// <param name="SentBytes">By its network interfaces since it started.</param>
public sealed record UsageReading(ulong CpuNanoseconds, long MemoryBytes, long MemoryLimit, long ReceivedBytes = 0, long SentBytes = 0);

/// <summary>Who uses a container, as far as can be seen.</summary>
/// <param name="Connections">TCP connections with other hosts; null when they cannot be seen.</param>
/// <param name="Packets">Sent and received since it started. A look that reads the container's own network counts unicast only, one by the engine's statistics those sent.</param>
/// <param name="RunsExec">A command is running inside (<c>docker exec</c>).</param>
/// <param name="Unseen">Why its connections cannot be seen.</param>
public sealed record UseReading(int? Connections, long Packets, bool RunsExec = false, string? Unseen = null);

/// <summary>What matters of an image.</summary>
/// <param name="IsPresent">Whether it is on this machine; the rest is empty when it is not.</param>
/// <param name="TcpPorts">Ports that it declares (<c>EXPOSE</c>), lowest first.</param>
public sealed record ImageFacts(bool IsPresent, ImmutableArray<ushort> TcpPorts)
{
    /// <summary>Names of the labels that it hands on to its containers.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    public string Id { get; init; } = "";

    /// <summary>Those that registries know it by; empty for one that was built here.</summary>
    public ImmutableArray<string> Digests { get; init; } = [];

    public static ImageFacts Missing { get; } = new(false, []);
}

/// <summary>One layer of an image on its way.</summary>
/// <param name="Id">Its short digest.</param>
/// <param name="Status">In the engine's words: Downloading, Extracting, Pull complete.</param>
/// <param name="Current">Bytes done of the current phase.</param>
/// <param name="Total">Bytes of the current phase; 0 when not known.</param>
public sealed record LayerProgress(string Id, string Status, long Current, long Total)
{
    public bool IsDone => Status is "Pull complete" or "Already exists";
}
