using System.Globalization;
using HomeCloud.Lab;
using HomeCloud.Lab.Setting;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>
/// Servers fall asleep and are called while agent, DNS server, Redis and engine are killed. Short by default;
/// <c>HOMECLOUD_TEST_SLEEP_STEPS=1000 HOMECLOUD_TEST_SLEEP_SEED=7 ./test SleepChaosScenarios</c> runs long, and
/// <c>HOMECLOUD_TEST_SLEEP_LOG=FILE</c> shows meanwhile how far it is.
/// </summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class SleepChaosScenarios(ITestOutputHelper output)
{
    [Fact(Timeout = 4 * 3600 * 1000)]
    public async Task Every_caller_gets_through_or_an_error_none_is_started_twice_and_none_sleeps_while_somebody_is_connected()
    {
        var steps = Number("HOMECLOUD_TEST_SLEEP_STEPS", 20);
        var seed = Number("HOMECLOUD_TEST_SLEEP_SEED", 20261130);
        using var log = Environment.GetEnvironmentVariable("HOMECLOUD_TEST_SLEEP_LOG") is { Length: > 0 } file ? new StreamWriter(file) { AutoFlush = true } : StreamWriter.Null;
        await using var lab = await HomeLab.StartAsync(new LabOptions { Shape = LabShape.Redis }, SilentProgress.Instance, CancellationToken.None);
        try
        {
            await new SleepChaosRun(lab, seed, Log).RunAsync(steps);
        }
        catch (Exception failure)
        {
            Log($"{failure.Message}\nagent\n{lab.Server.Agent.LogTail(60)}\ndns\n{lab.Server.Dns!.LogTail(20)}\nengine\n{lab.Server.Engine.Daemon.LogTail(30)}");
            throw;
        }

        void Log(string line)
        {
            lock (log)
            {
                log.WriteLine(line);
                output.WriteLine(line);
            }
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
