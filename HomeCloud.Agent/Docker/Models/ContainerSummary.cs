namespace HomeCloud.Agent.Docker.Models;

/// <summary>One line of the container list.</summary>
public sealed record ContainerSummary
{
    public string? Id { get; init; }

    public IReadOnlyList<string?>? Names { get; init; }

    public string? Image { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public long Created { get; init; }

    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>exited</c>, <c>dead</c>.</summary>
    public string? State { get; init; }

    /// <summary>For people: <c>Up 3 minutes (healthy)</c>.</summary>
    public string? Status { get; init; }

    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    public NetworkSettings? NetworkSettings { get; init; }
}
