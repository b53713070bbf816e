using System.Globalization;
using HomeCloud.Bench.Lean;

namespace HomeCloud.Bench.Sleep;

/// <summary>All parts of <c>./bench sleep</c>.</summary>
internal sealed class SleepRun(SleepOptions options, Action<string> say, CancellationToken stop)
{
    /// <summary>Names for <c>--only</c>.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["wake", "rest"];

    private const double NameLimit = 400;
    private const double PacketLimit = 1300;
    private const double MemoryLimit = 1;

    /// <summary>So few a second are the difference between two looks at one process.</summary>
    private const double WakeUpLimit = 0.5;

    /// <summary>After a start: what follows it is over.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    public List<SleepFigure> Figures { get; } = [];

    public List<string> Notes { get; } = [];

    public string Engine { get; private set; } = "";

    public async Task RunAsync()
    {
        if (options.Wants("wake"))
            await WakeAsync();
        if (options.Wants("rest"))
            await RestAsync();
    }

    private async Task WakeAsync()
    {
        await using var home = await SleepHome.MakeAsync(options.Programs, stop);
        Engine = home.Engine;
        await home.BoxAsync();
        List<double> docker = [], name = [], packet = [];
        (Func<Task<double>> Measure, List<double> Values)[] ways = [(home.DockerStartAsync, docker), (home.ByNameAsync, name), (home.ByPacketAsync, packet)];
        var refusedBefore = 0;
        List<int> refused = [0, 0, 0];
        for (var round = -1; round < options.Rounds; round++)
        {
            // In turn, and each as often after the other: whatever else happens on this machine happens to all.
            for (var i = 0; i < ways.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                var way = (i + round + 1) % ways.Length;
                refusedBefore = home.Caller.Refusals;
                var took = await ways[way].Measure();
                if (round < 0)
                    continue;
                ways[way].Values.Add(took);
                refused[way] += home.Caller.Refusals > refusedBefore ? 1 : 0;
            }

            if (round >= 0)
                say(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}/{options.Rounds}: docker start {docker[^1]:F0} ms, by name {name[^1]:F0} ms, by packet {packet[^1]:F0} ms"));
        }

        Figures.Add(new SleepFigure("first byte of ssh, woken by name, beside docker start", "ms", name, docker, NameLimit, 2 * NameLimit));
        Figures.Add(new SleepFigure("first byte of ssh, woken by packet, beside docker start", "ms", packet, docker, PacketLimit, 2 * PacketLimit));
        Notes.Add($"Callers whose first connection was refused, because the box ran and its ssh server did not listen yet: {refused[1]} by name, {refused[2]} by packet, of {options.Rounds}. They tried again after 5 ms.");
    }

    private async Task RestAsync()
    {
        await using var with = await SleepHome.MakeAsync(options.Programs, stop);
        await using var without = await SleepHome.MakeAsync(options.Programs, stop);
        Engine = with.Engine;
        await with.FillAsync(options.Servers, say, stop);
        foreach (var home in (SleepHome[])[with, without])
            await home.RestartAgentAsync(stop);
        await Task.Delay(Settle, stop);
        List<double>[] memory = [[], []], wakeUps = [[], []];
        for (var round = 0; round < options.Rounds; round++)
        {
            int[] agents = [with.Agent, without.Agent];
            var samples = await RestingProcess.WatchAsync(agents, options.Window, stop);
            for (var i = 0; i < agents.Length; i++)
            {
                memory[i].Add(RestingProcess.Memory(agents[i]));
                wakeUps[i].Add(samples[i].WakeUps);
            }

            say(string.Create(CultureInfo.InvariantCulture, $"at rest {round + 1}/{options.Rounds}: {memory[0][^1]:F1} and {memory[1][^1]:F1} MB, {wakeUps[0][^1]:F1} and {wakeUps[1][^1]:F1} wake-ups a second"));
        }

        Figures.Add(new SleepFigure($"agent with {options.Servers} servers asleep, memory (PSS), beside one without servers", "MB", memory[0], memory[1], MemoryLimit));
        Figures.Add(new SleepFigure("the same, wake-ups a second", "", wakeUps[0], wakeUps[1], WakeUpLimit));
        Notes.Add(string.Create(CultureInfo.InvariantCulture, $"Most in one look: {memory[0].Max():F1} MB and {wakeUps[0].Max():F0} wake-ups a second with the sleepers, {memory[1].Max():F1} MB and {wakeUps[1].Max():F0} without."));
    }
}
