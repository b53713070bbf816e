namespace HomeCloud.Tests.Dns.Scenarios.Authoritative;

/// <summary>Runs every scenario file of this folder through the pipeline, without a socket. docs/dns.md says which RFC each shows.</summary>
public class AnswerScenarioTests
{
    public static TheoryData<string> Files() => new(AnswerScenario.All());

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Answers_are_as_written(string file)
    {
        var scenario = AnswerScenario.Read(file);
        await using var target = new PipelineTarget(scenario);

        await AnswerRunner.RunAsync(scenario, target);
    }
}
