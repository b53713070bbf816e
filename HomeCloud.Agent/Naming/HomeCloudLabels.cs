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

    public const string SwarmService = "com.docker.swarm.service.name";
    public const string SwarmStack = "com.docker.stack.namespace";
    public const string ComposeProject = "com.docker.compose.project";
    public const string ComposeService = "com.docker.compose.service";
    public const string ComposeOneOff = "com.docker.compose.oneoff";
}
