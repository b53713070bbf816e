using HomeCloud.Tests.Dns.Scenarios.Authoritative;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>The same scenario files once more, now on the whole running server: sockets, UDP, TCP and TLS, the composition root's own parts, a scripted upstream.</summary>
[Trait("Category", "Slow")]
public sealed class ServedScenarioTests
{
    private const int Timeout = 120_000;

    public static TheoryData<string> AnswerFiles => new(AnswerScenario.All());

    public static TheoryData<string> ForwardingFiles => [.. ScenarioFile.Names("Forwarding")];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(AnswerFiles))]
    public async Task Answers_are_as_written(string file)
    {
        var scenario = AnswerScenario.Read(file);
        await using var target = await AnswerServerTarget.StartAsync(scenario);

        await AnswerRunner.RunAsync(scenario, target);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(ForwardingFiles))]
    public async Task Forwards_as_the_file_says(string file)
    {
        await using var scenario = new ForwardingScenario(ForwardingServerTarget.StartAsync);

        await scenario.RunAsync(ScenarioFile.Read("Forwarding", file));
    }
}
