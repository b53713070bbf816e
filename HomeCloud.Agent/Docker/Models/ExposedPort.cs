namespace HomeCloud.Agent.Docker.Models;

/// <summary>The engine writes a set as an object of empty objects.</summary>
public sealed record ExposedPort;
