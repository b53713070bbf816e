namespace HomeCloud.Cli.Api;

internal sealed record HistoryInfo(DateTimeOffset At, string Kind, string Subject, string By, string? Detail);
