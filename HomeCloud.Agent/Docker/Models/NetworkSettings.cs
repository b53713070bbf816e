namespace HomeCloud.Agent.Docker.Models;

public sealed record NetworkSettings
{
    /// <summary>By network name.</summary>
    public IReadOnlyDictionary<string, EndpointSettings?>? Networks { get; init; }

    /// <summary>By <c>80/tcp</c>; null when exposed but not published.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding?>?>? Ports { get; init; }
}
