using Docker.DotNet.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>What the agent reads from an engine. Everything in the library's models may be missing, whatever their types promise.</summary>
public interface IContainerEngine
{
    /// <exception cref="EngineAwayException"/>
    /// <exception cref="EngineRefusedException"/>
    Task<SystemInfoResponse> InfoAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<VersionResponse> VersionAsync(CancellationToken cancellationToken = default);

    /// <summary>All containers, stopped ones included.</summary>
    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<IReadOnlyList<ContainerListResponse>> ListContainersAsync(CancellationToken cancellationToken = default);

    /// <returns>Null when there is no such container.</returns>
    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<ContainerInspectResponse?> InspectContainerAsync(string idOrName, CancellationToken cancellationToken = default);

    /// <param name="image">Name or id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the image itself says of it; null when there is no such image any more.</returns>
    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<IReadOnlyDictionary<string, string?>?> ImageLabelsAsync(string image, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<IReadOnlyList<NetworkResponse>> ListNetworksAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Subscribes to the engine's container and network events. When the task completes the subscription stands,
    /// so that a listing made afterwards misses nothing.
    /// </summary>
    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<IEngineEvents> SubscribeAsync(CancellationToken cancellationToken = default);
}

internal static class EngineVersions
{
    /// <summary>Whether it is Podman behind Docker's API.</summary>
    public static bool IsPodman(this VersionResponse version) =>
        version.Components?.Any(component => component?.Name?.Contains("Podman", StringComparison.OrdinalIgnoreCase) == true) == true;
}

/// <summary>An open event stream. Disposing it ends the subscription.</summary>
public interface IEngineEvents : IDisposable
{
    /// <summary>Events as they come; values that are no event are skipped. Ends, or throws <see cref="EngineAwayException"/>, when the engine closes the stream.</summary>
    IAsyncEnumerable<Message> ReadAsync(CancellationToken cancellationToken = default);
}
