using System.CommandLine;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Report;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Household;

/// <summary><c>household</c>: what blocking and validation cost beside the servers that do the same in other homes.</summary>
internal static class HouseholdCommand
{
    private const string Name = "household";

    public static Command Create()
    {
        var programs = new Option<string>("--programs") { HelpName = "FOLDER", DefaultValueFactory = _ => "artifacts/bench/server", Description = "Folder with the homecloud-dns to measure, as install/publish makes it." };
        var against = new Option<string?>("--against") { HelpName = "FOLDER", Description = "Folder with the homecloud-dns of an earlier build: compares both with everything off." };
        var rounds = new Option<int>("--rounds") { HelpName = "N", DefaultValueFactory = _ => 5, Description = "Values of each figure. Default: 5." };
        var names = new Option<int>("--names") { HelpName = "N", DefaultValueFactory = _ => 1_000_000, Description = "Blocked names, at least 50,000. Default: 1,000,000." };
        var only = new Option<string>("--only") { HelpName = "A,B", DefaultValueFactory = _ => "", Description = $"Only these parts: {string.Join(", ", HouseholdRun.Parts)}." };
        var into = new Option<string?>("--into") { HelpName = "FILE", Description = "Markdown file; the part between the household marks is replaced." };
        var command = new Command(Name, "Measure blocking and DNSSEC validation beside dnsmasq, Unbound and BIND, on loopback.") { programs, against, rounds, names, only, into };
        command.Validators.Add(result =>
        {
            foreach (var part in LabMeasuring.Words(result.GetValue(only)).Except(HouseholdRun.Parts))
                result.AddError($"--only: there is no part '{part}'; use {string.Join(", ", HouseholdRun.Parts)}.");
            if (result.GetResult(names)?.GetValueOrDefault<int>() < 50_000)
                result.AddError("--names: use 50,000 or more.");
            if (result.GetResult(rounds)?.GetValueOrDefault<int>() is < 1 or > 50)
                result.AddError("--rounds: use 1 to 50.");
        });
        command.SetAction((parsed, _) => RunAsync(new HouseholdOptions
        {
            Programs = Path.GetFullPath(parsed.GetValue(programs)!),
            Against = parsed.GetValue(against) is { } folder ? Path.GetFullPath(folder) : null,
            Rounds = parsed.GetValue(rounds),
            Names = parsed.GetValue(names),
            Only = LabMeasuring.Words(parsed.GetValue(only)),
            Into = parsed.GetValue(into),
        }));
        return command;
    }

    private static Task<int> RunAsync(HouseholdOptions options)
    {
        var about = $"{MachineDescription.Describe()}\n\n{MachineDescription.Versions([new HomeCloudSystem(options.Server), new DnsmasqSystem(), new UnboundSystem(), new BindSystem()])}; {options.Rounds} rounds";
        Console.WriteLine(about);
        HouseholdRun? run = null;
        return LabMeasuring.RunAsync(
            (say, cancellationToken) => Task.Run(() => (run = new HouseholdRun(options, say, cancellationToken)).Run(), CancellationToken.None),
            () =>
            {
                HouseholdReport.Write(run!, about, options.Into);
                return run!.Figures.TrueForAll(figure => figure.Verdict != "missed");
            });
    }
}
