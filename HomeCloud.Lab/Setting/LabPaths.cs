namespace HomeCloud.Lab.Setting;

/// <summary>Where a lab keeps what must be reachable from outside its namespaces: sockets, logs, process ids.</summary>
public sealed class LabPaths
{
    public const string Root = "/run/homecloud-lab";

    /// <summary>Kept between labs: the image and the key that opens its ssh servers.</summary>
    public const string Cache = "/var/cache/homecloud/lab";

    /// <summary>A folder with our programs, to run instead of this build's; null for this build.</summary>
    public static string? OurPrograms { get; } = Environment.GetEnvironmentVariable("HOMECLOUD_LAB_PROGRAMS") is { Length: > 0 } folder ? folder : null;

    public LabPaths(string id) => State = Path.Combine(Root, id);

    public string State { get; }

    public string Description => Path.Combine(State, "lab.json");

    /// <summary>Programs that fit the engine where this machine's own do not: <c>docker</c> and <c>docker-compose</c>.</summary>
    public string Tools => Path.Combine(State, "bin");

    public string Script(string name) => Path.Combine(State, name + ".sh");

    /// <summary>A file system in memory that only the lab sees; it ends with the lab.</summary>
    public string Disk => Path.Combine(State, "disk");

    public string Machine(string name) => Path.Combine(State, name);

    /// <summary>What the machine sees as <c>/run/homecloud</c>.</summary>
    public string Run(string machine) => Path.Combine(State, machine, "run");

    public string DockerSocket(string machine) => Path.Combine(Run(machine), "docker.sock");

    public string ControlSocket(string machine) => Path.Combine(Run(machine), "agent.sock");
}
