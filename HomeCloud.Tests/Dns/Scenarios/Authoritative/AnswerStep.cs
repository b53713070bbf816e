namespace HomeCloud.Tests.Dns.Scenarios.Authoritative;

internal sealed class AnswerStep
{
    public required int Line { get; init; }

    public required string[] Question { get; init; }

    public List<string> Expected { get; } = [];
}
