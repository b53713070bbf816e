namespace HomeCloud.Cli.Api;

internal sealed record OperationInfo(string Id, string Server, string State, long ElapsedMilliseconds, ProblemInfo? Problem, Dictionary<string, string>? Secrets);
