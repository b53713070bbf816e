using HomeCloud.Tests.Dns.Resolving;

namespace HomeCloud.Tests.Dns.Scenarios;

/// <summary>Each file in the folder Forwarding, named after the RFC section whose behaviour it shows, on the forwarding stage.</summary>
public sealed class ForwardingScenarioTests
{
    public static TheoryData<string> Files => [.. ScenarioFile.Names("Forwarding")];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Files))]
    public async Task Behaves_as_the_file_says(string file)
    {
        await using var scenario = new ForwardingScenario(async (forwarding, caching, blocking, validation) => await ForwardingHarness.StartAsync(forwarding, caching, blocking, validation));

        await scenario.RunAsync(ScenarioFile.Read("Forwarding", file));
    }
}
