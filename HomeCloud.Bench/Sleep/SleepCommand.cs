using System.CommandLine;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Report;

namespace HomeCloud.Bench.Sleep;

/// <summary><c>sleep</c>: how long a caller waits for a server that sleeps, beside <c>docker start</c>, and what sleepers cost the agent.</summary>
internal static class SleepCommand
{
    private const string Name = "sleep";

    public static Command Create()
    {
        var programs = new Option<string?>("--programs") { HelpName = "FOLDER", DefaultValueFactory = _ => "artifacts/bench/programs", Description = "Folder with the programs to measure, as install/publish makes it." };
        var rounds = new Option<int>("--rounds") { HelpName = "N", DefaultValueFactory = _ => 15, Description = "Values of each figure. Default: 15." };
        var servers = new Option<int>("--servers") { HelpName = "N", DefaultValueFactory = _ => 100, Description = "Servers that sleep, at most 120. Default: 100." };
        var only = new Option<string>("--only") { HelpName = "A,B", DefaultValueFactory = _ => "", Description = $"Only these parts: {string.Join(", ", SleepRun.Parts)}." };
        var into = new Option<string?>("--into") { HelpName = "FILE", Description = "Markdown file; the part between the sleep marks is replaced." };
        var command = new Command(Name, "Measure waking by name and by packet beside docker start, and what sleeping servers cost the agent, in the lab; needs root.") { programs, rounds, servers, only, into };
        command.Validators.Add(result =>
        {
            foreach (var part in LabMeasuring.Words(result.GetValue(only)).Except(SleepRun.Parts))
                result.AddError($"--only: there is no part '{part}'; use {string.Join(", ", SleepRun.Parts)}.");
            if (result.GetResult(servers)?.GetValueOrDefault<int>() is < 1 or > 120)
                result.AddError("--servers: use 1 to 120.");
        });
        command.SetAction((parsed, _) => RunAsync(new SleepOptions
        {
            Programs = Path.GetFullPath(parsed.GetValue(programs)!),
            Rounds = parsed.GetValue(rounds),
            Servers = parsed.GetValue(servers),
            Only = LabMeasuring.Words(parsed.GetValue(only)),
            Into = parsed.GetValue(into),
        }));
        return command;
    }

    private static Task<int> RunAsync(SleepOptions options)
    {
        Console.WriteLine(MachineDescription.Describe());
        SleepRun? run = null;
        return LabMeasuring.RunAsync(
            (say, cancellationToken) => (run = new SleepRun(options, say, cancellationToken)).RunAsync(),
            () =>
            {
                SleepReport.Write(run!, $"{MachineDescription.Describe()}\n\n{run!.Engine}; {options.Rounds} rounds", options.Into);
                return run.Figures.TrueForAll(figure => figure.Verdict != "missed");
            });
    }
}
