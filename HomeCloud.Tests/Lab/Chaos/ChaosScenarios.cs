using System.Globalization;
using HomeCloud.Lab;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Registry.Redis;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>
/// Three servers, each with an engine and an agent; Redis with a replica; two DNS servers. Short by default;
/// <c>HOMECLOUD_TEST_CHAOS_STEPS=1000 HOMECLOUD_TEST_CHAOS_SEED=7 ./test ChaosScenarios</c> runs long, or again what failed, and
/// <c>HOMECLOUD_TEST_CHAOS_LOG=FILE</c> shows meanwhile how far it is. <c>HOMECLOUD_TEST_REDIS=valkey-9</c> takes another Redis.
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
        var options = new LabOptions { Shape = LabShape.Redis, Servers = 3, RedisProgram = await RedisPrograms.PathAsync("redis-server") };
        await using var lab = await HomeLab.StartAsync(options, SilentProgress.Instance, CancellationToken.None);
        Log($"measured: chaos, seed {seed}, {steps} steps, on {await RedisNameAsync(lab)}");
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

    // The server's own word: Valkey says a redis_version too.
    private static async Task<string> RedisNameAsync(HomeLab lab)
    {
        var info = (await lab.Servers[0].Machine.RunAsync(["redis-cli", "INFO", "server"])).OrFail().Output.Split('\n', StringSplitOptions.TrimEntries);
        var wanted = Environment.GetEnvironmentVariable("HOMECLOUD_TEST_REDIS") is { Length: > 0 } name ? name.Split('-') : ["redis", ""];
        var version = info.FirstOrDefault(line => line.StartsWith($"{wanted[0]}_version:{wanted[1]}", StringComparison.Ordinal));
        version.Should().NotBeNull("{0} was asked for, and this runs: {1}", string.Join(' ', wanted), string.Join(' ', info));
        return version!;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
