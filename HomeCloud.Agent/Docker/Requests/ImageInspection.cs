namespace HomeCloud.Agent.Docker.Requests;

internal sealed record ImageInspection(string? Id, HomeCloud.Agent.Docker.Models.ContainerConfig? Config);
