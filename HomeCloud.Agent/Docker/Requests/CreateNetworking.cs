namespace HomeCloud.Agent.Docker.Requests;

internal sealed record CreateNetworking(IReadOnlyDictionary<string, CreateEndpoint> EndpointsConfig);
