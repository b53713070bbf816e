using HomeCloud.Agent.Docker.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>What the reconciler reads from an engine.</summary>
public interface IContainerEngine
{
    /// <exception cref="EngineAwayException"/>
    /// <exception cref="EngineRefusedException"/>
    Task<EngineInfo> InfoAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<EngineVersion> VersionAsync(CancellationToken cancellationToken = default);

    /// <summary>All containers, stopped ones included.</summary>
    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(CancellationToken cancellationToken = default);

    /// <returns>Null when there is no such container.</returns>
    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<ContainerInspection?> InspectContainerAsync(string idOrName, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<IReadOnlyList<NetworkInspection>> ListNetworksAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Subscribes to the engine's container and network events. When the task completes the subscription stands,
    /// so that a listing made afterwards misses nothing.
    /// </summary>
    /// <inheritdoc cref="InfoAsync" path="/exception"/>
    Task<IEngineEvents> SubscribeAsync(CancellationToken cancellationToken = default);
}
