namespace HomeCloud.Agent.Docker.Requests;

internal sealed record CreateEndpointAddress(string IPv4Address, string? IPv6Address);
