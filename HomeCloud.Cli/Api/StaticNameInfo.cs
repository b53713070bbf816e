namespace HomeCloud.Cli.Api;

internal sealed record StaticNameInfo(string Name, string[]? Addresses, string? AliasOf, int Ttl);
