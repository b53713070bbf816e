using System.Diagnostics;
using System.Globalization;
using HomeCloud.Lab;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>Rounds of: something breaks, people go on using the house, on all servers at once, it is mended, DNS settles.</summary>
/// <param name="lab">The house.</param>
/// <param name="seed">Everything is drawn from it.</param>
/// <param name="mostStepsWhileBroken">From one to so many steps a round.</param>
/// <param name="log">Hears of everything; from any thread.</param>
internal sealed class ChaosRun(HomeLab lab, int seed, int mostStepsWhileBroken, Action<string> log)
{
    /// <param name="steps">How many things people do in all.</param>
    public async Task RunAsync(int steps)
    {
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        void Log(string text) => log(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {text}"));
        var home = new ChaosHome(lab, random, Log);
        var faults = new ChaosFaults(lab, random);
        await home.StartSteadyAsync();
        using var check = new ChaosCheck(lab, home);
        await check.SettlesAsync("the start");
        using var probe = new ChaosProbe(lab);
        await ExpectSteadyAsync(probe, lab.Servers);

        var rounds = 0;
        for (var step = 0; step < steps; rounds++)
        {
            var drawn = faults.Draw();
            var text = $"round {rounds} of seed {seed}, step {step} of {steps}: {string.Join(" and ", drawn.Select(fault => fault.Text))}";
            Log(text);
            foreach (var fault in drawn)
            {
                if (fault.EngineAway is { } away)
                    probe.Expect(ChaosHome.Steady(away));
                await fault.Break();
            }

            var things = Enumerable.Range(0, Math.Min(steps - step, random.Next(1, mostStepsWhileBroken + 1)))
                .Select(_ => home.Draw(server => drawn.All(fault => fault.EngineAway != server))).ToArray();
            step += things.Length;
            await Task.WhenAll(things.GroupBy(thing => thing.Server).Select(DoInOrderAsync));
            foreach (var fault in drawn)
                await fault.Mend();

            var mended = watch.Elapsed;
            await check.SettlesAsync(text);
            Log($"settled {(watch.Elapsed - mended).TotalSeconds:F1} s after mending");
            await ExpectSteadyAsync(probe, drawn.Select(fault => fault.EngineAway).OfType<LabServer>());
            probe.Failures.Should().BeEmpty("names that the fault does not touch never fail; {0}", text);
        }

        probe.Stop();
        probe.Failures.Should().BeEmpty("names that no fault touches never fail");
        Log(string.Create(CultureInfo.InvariantCulture, $"measured: {steps} steps in {rounds} rounds, {watch.Elapsed.TotalSeconds:F0} s; {check.Compared} answers compared, {probe.Asked} probes without a failure, {probe.Rate:F1} a second"));
        probe.Rate.Should().BeGreaterThan(45, "a server that is away must not slow the probing down");
    }

    private static async Task DoInOrderAsync(IEnumerable<(LabServer Server, Func<Task> DoAsync)> things)
    {
        foreach (var thing in things)
            await thing.DoAsync();
    }

    private static async Task ExpectSteadyAsync(ChaosProbe probe, IEnumerable<LabServer> servers)
    {
        foreach (var server in servers)
            probe.Expect(ChaosHome.Steady(server), ContainerNames.IPv4(await server.Engine.AddressesAsync(ChaosHome.Steady(server))));
    }
}
