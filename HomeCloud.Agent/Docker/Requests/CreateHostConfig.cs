namespace HomeCloud.Agent.Docker.Requests;

internal sealed record CreateHostConfig
{
    public required string NetworkMode { get; init; }

    public long Memory { get; init; }

    public long NanoCpus { get; init; }

    public bool Privileged { get; init; }

    public RestartPolicy RestartPolicy { get; init; } = new("unless-stopped");

    public IReadOnlyList<CreateMount> Mounts { get; init; } = [];

    public CreateLogConfig LogConfig { get; init; } = new();
}
