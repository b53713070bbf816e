namespace HomeCloud.Lab.Setting;

/// <summary>An engine that the servers of a lab can run: this machine's own, or the one of another Debian release.</summary>
/// <param name="Name">As <c>--engine</c> takes it.</param>
/// <param name="Suite">The Debian release whose packages it comes from; null for this machine's own.</param>
/// <param name="Program"><c>dockerd</c> or <c>podman</c>.</param>
public sealed record EngineChoice(string Name, string? Suite, string Program)
{
    public const string Docker = "dockerd";
    public const string Podman = "podman";

    /// <summary>The engine that this machine's distribution has.</summary>
    public static EngineChoice Own { get; } = new("distribution", null, Docker);

    /// <summary>
    /// Docker 29 differs for its clients by the oldest API version it accepts, and by keeping images in containerd's store. 28 can
    /// be told to do both (dockerd's DOCKER_MIN_API_VERSION and its feature containerd-snapshotter).
    /// </summary>
    public static IReadOnlyList<EngineChoice> All { get; } =
    [
        Own,
        new("docker-26", "trixie", Docker),
        new("docker-28", "sid", Docker),
        new("docker-29", "sid", Docker) { Variables = ["DOCKER_MIN_API_VERSION=1.44"], Options = ["--feature", "containerd-snapshotter=true"] },
        new("podman-5", "trixie", Podman),
    ];

    /// <summary>Environment variables of the engine, as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>More options of the engine's command line.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>In words.</summary>
    public string Label => (IsPodman ? "Podman" : "Docker engine") + (Suite is null ? "" : $" ({Name}, of Debian {Suite})");

    public bool IsPodman => Program == Podman;

    /// <exception cref="LabException">There is none of that name.</exception>
    public static EngineChoice Find(string name) =>
        All.FirstOrDefault(engine => engine.Name == name)
        ?? throw new LabException($"--engine: '{name}' is unknown; choose one of {string.Join(", ", All.Select(engine => engine.Name))}.");
}
