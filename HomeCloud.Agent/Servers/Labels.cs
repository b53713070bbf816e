namespace HomeCloud.Agent.Servers;

/// <summary>Labels on the containers and volumes we make. They are all that is needed to know our servers again.</summary>
public static class Labels
{
    /// <summary>On containers and volumes: made by us. Each making has another value, so that a copy is known as one.</summary>
    public const string Server = "homecloud.server";

    /// <summary>On volumes: the <see cref="Records.Reservation.Storage"/> of the server they belong to.</summary>
    public const string Storage = "homecloud.storage";

    public const string Template = "homecloud.template";

    /// <summary>ISO 8601 UTC time after which the server is removed.</summary>
    public const string Expires = "homecloud.expires";

    /// <summary>Space-separated TCP ports to show as links.</summary>
    public const string Ports = "homecloud.ports";

    public const string CreatedBy = "homecloud.created-by";

    /// <summary>The login name for ssh.</summary>
    public const string User = "homecloud.user";

    /// <summary>Read by the agent's naming rules.</summary>
    public const string Aliases = "homecloud.aliases";

    /// <summary>Read by the agent's naming rules.</summary>
    public const string Wildcard = "homecloud.wildcard";
}
