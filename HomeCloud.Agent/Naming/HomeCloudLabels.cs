namespace HomeCloud.Agent.Naming;

/// <summary>Container labels that say what a container is called. docs/names.md is their manual.</summary>
public static class HomeCloudLabels
{
    /// <summary>Takes the place of the container's own name.</summary>
    public const string Name = "homecloud.name";

    /// <summary>More names, separated by commas or spaces.</summary>
    public const string Aliases = "homecloud.aliases";

    /// <summary>Which network's address to publish; several in order of preference.</summary>
    public const string Network = "homecloud.network";

    /// <summary><c>true</c>: every name below the container's name answers as well.</summary>
    public const string Wildcard = "homecloud.wildcard";

    /// <summary>Services as SRV: <c>http:8080, dns/udp:53:10:5</c>.</summary>
    public const string Services = "homecloud.srv";

    /// <summary>One service as SRV: <c>homecloud.service.http=8080</c>.</summary>
    public const string ServicePrefix = "homecloud.service.";

    /// <summary>TTL in seconds.</summary>
    public const string Ttl = "homecloud.ttl";

    /// <summary><c>true</c>: no name at all.</summary>
    public const string Ignore = "homecloud.ignore";

    /// <summary>On the containers of HomeCloud itself, as the compose files have it: <c>agent</c>, <c>dns</c>, <c>registry</c>.</summary>
    public const string Role = "homecloud.role";

    /// <summary>Falls asleep after so long without callers: <c>15m</c>, or <c>never</c>.</summary>
    public const string Sleep = "homecloud.sleep";

    /// <summary><c>stop</c> or <c>pause</c>.</summary>
    public const string SleepMode = "homecloud.sleep-mode";

    /// <summary>Who may wake it: addresses, networks and MACs, separated by commas or spaces.</summary>
    public const string WakeBy = "homecloud.wake-by";

    /// <summary>What wakes it: <c>name</c>, <c>packet</c>, both or <c>none</c>.</summary>
    public const string WakeOn = "homecloud.wake-on";

    public const string SwarmService = "com.docker.swarm.service.name";
    public const string SwarmStack = "com.docker.stack.namespace";
    public const string ComposeProject = "com.docker.compose.project";
    public const string ComposeService = "com.docker.compose.service";
    public const string ComposeDependsOn = "com.docker.compose.depends_on";
    public const string ComposeOneOff = "com.docker.compose.oneoff";
}
