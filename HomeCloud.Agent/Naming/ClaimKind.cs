namespace HomeCloud.Agent.Naming;

/// <summary>How strongly a container claims a name; an earlier kind wins over a later one.</summary>
internal enum ClaimKind
{
    /// <summary>Label <c>homecloud.name</c>, or the container's own name.</summary>
    Own,

    /// <summary>Label <c>homecloud.aliases</c>.</summary>
    Alias,

    /// <summary>Compose's <c>service.project</c>.</summary>
    ServiceInProject,

    /// <summary>An alias within the LAN network.</summary>
    NetworkAlias,

    /// <summary>Compose's service alone; only when no other project has a service of that name.</summary>
    Service,
}
