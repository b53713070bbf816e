namespace HomeCloud.Agent.Docker.Models;

public sealed record ContainerState
{
    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c>, <c>dead</c>.</summary>
    public string? Status { get; init; }

    public bool Running { get; init; }

    public bool Paused { get; init; }

    /// <summary>Between two attempts of its restart policy; <see cref="Running"/> is true as well.</summary>
    public bool Restarting { get; init; }

    public bool OOMKilled { get; init; }

    public long ExitCode { get; init; }

    /// <summary>The year 1 when it never started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset FinishedAt { get; init; }

    /// <summary>Null for a container without a health check.</summary>
    public ContainerHealth? Health { get; init; }
}
