namespace HomeCloud.Agent.Docker.Requests;

/// <summary>The part of the engine's create request that we use. Names are the engine's.</summary>
internal sealed record CreateContainerBody
{
    public required string Image { get; init; }

    public required string Hostname { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public IReadOnlyList<string> Env { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>For engines before API 1.44; later ones take it from the endpoint.</summary>
    public string? MacAddress { get; init; }

    public required CreateHostConfig HostConfig { get; init; }

    public required CreateNetworking NetworkingConfig { get; init; }
}
