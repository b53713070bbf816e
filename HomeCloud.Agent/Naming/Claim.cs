namespace HomeCloud.Agent.Naming;

/// <summary>One container wants one name.</summary>
/// <param name="Name">Normalised.</param>
/// <param name="Kind">How strongly.</param>
/// <param name="Group">Claims of one kind and group share the name, each with its address: replicas of a service, holders of a network alias.</param>
/// <param name="Container">Who claims it.</param>
internal sealed record Claim(string Name, ClaimKind Kind, string Group, ContainerClaims Container);

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
