namespace HomeCloud.Agent.Docker.Models;

public sealed record EventActor
{
    /// <summary>Id of the container or network.</summary>
    public string? ID { get; init; }

    /// <summary>Labels and circumstances; a network event names its container here.</summary>
    public IReadOnlyDictionary<string, string?>? Attributes { get; init; }
}
