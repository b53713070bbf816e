namespace HomeCloud.Cli.Api;

internal sealed record PortInfo(int Port, bool? Open, string? Url);
