namespace HomeCloud.Agent.Docker.Models;

public sealed record EngineInfo
{
    /// <summary>Unchanging id of the engine.</summary>
    public string? ID { get; init; }

    /// <summary>Host name of the machine that the engine runs on.</summary>
    public string? Name { get; init; }

    public string? ServerVersion { get; init; }

    public string? OperatingSystem { get; init; }
}
