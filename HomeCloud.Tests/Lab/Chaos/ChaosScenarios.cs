using System.Globalization;
using HomeCloud.Lab;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>
/// Three servers, each with an engine and an agent; Redis with a replica; two DNS servers. Short by default;
/// <c>HOMECLOUD_TEST_CHAOS_STEPS=1000 HOMECLOUD_TEST_CHAOS_SEED=7 ./test ChaosScenarios</c> runs long, or again what failed, and
/// <c>HOMECLOUD_TEST_CHAOS_LOG=FILE</c> shows meanwhile how far it is.
/// </summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class ChaosScenarios(ITestOutputHelper output)
{
    [Fact(Timeout = 4 * 3600 * 1000)]
    public async Task Dns_equals_docker_inspect_after_each_settling_and_untouched_names_never_fail()
    {
        var steps = Number("HOMECLOUD_TEST_CHAOS_STEPS", 27);
        var seed = Number("HOMECLOUD_TEST_CHAOS_SEED", 20260502);
        using var log = Environment.GetEnvironmentVariable("HOMECLOUD_TEST_CHAOS_LOG") is { Length: > 0 } file ? new StreamWriter(file) { AutoFlush = true } : StreamWriter.Null;
        await using var lab = await HomeLab.StartAsync(new LabOptions { Shape = LabShape.Redis, Servers = 3 }, SilentProgress.Instance, CancellationToken.None);
        try
        {
            await new ChaosRun(lab, seed, mostStepsWhileBroken: steps < 100 ? 4 : 20, Log).RunAsync(steps);
        }
        catch
        {
            foreach (var server in lab.Servers)
                Log($"{server.Machine.Name}: agent\n{server.Agent.LogTail(30)}\ndns\n{server.Dns?.LogTail(30)}\nredis\n{server.Redis?.LogTail(10)}");
            throw;
        }

        void Log(string line)
        {
            output.WriteLine(line);
            lock (log)
                log.WriteLine(line);
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
