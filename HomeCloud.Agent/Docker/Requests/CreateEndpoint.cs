namespace HomeCloud.Agent.Docker.Requests;

internal sealed record CreateEndpoint(CreateEndpointAddress? IPAMConfig, string? MacAddress);
