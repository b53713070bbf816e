namespace HomeCloud.Cli.Api;

internal sealed record LogInfo(DateTimeOffset? At, bool IsError, string Text);
