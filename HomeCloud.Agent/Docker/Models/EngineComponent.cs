namespace HomeCloud.Agent.Docker.Models;

/// <param name="Name">For instance <c>Engine</c> or <c>Podman Engine</c>.</param>
public sealed record EngineComponent(string? Name);
