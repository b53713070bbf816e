namespace HomeCloud.Agent.Naming;

/// <summary>One container wants one name.</summary>
/// <param name="Name">Normalised.</param>
/// <param name="Kind">How strongly.</param>
/// <param name="Group">Claims of one kind and group share the name, each with its address: replicas of a service, holders of a network alias.</param>
/// <param name="Container">Who claims it.</param>
internal sealed record Claim(string Name, ClaimKind Kind, string Group, ContainerClaims Container);
