namespace HomeCloud.Agent.Docker.Models;

public sealed record ContainerConfig
{
    /// <summary>As the person wrote it.</summary>
    public string? Image { get; init; }

    public string? Hostname { get; init; }

    /// <summary>Whether its output is a terminal's: then it comes unframed.</summary>
    public bool Tty { get; init; }

    public IReadOnlyList<string?>? Cmd { get; init; }

    /// <summary>By <c>80/tcp</c>; the values are empty objects.</summary>
    public IReadOnlyDictionary<string, ExposedPort?>? ExposedPorts { get; init; }

    public IReadOnlyDictionary<string, string?>? Labels { get; init; }
}
