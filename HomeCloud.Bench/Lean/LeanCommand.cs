using System.CommandLine;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Report;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Lean;

/// <summary><c>lean</c>: what the whole product costs, in the lab, beside docker, an earlier build and other name servers.</summary>
internal static class LeanCommand
{
    private const string Name = "lean";

    public static Command Create()
    {
        var programs = new Option<string>("--programs") { HelpName = "FOLDER", DefaultValueFactory = _ => "artifacts/bench/programs", Description = "Folder with the programs to measure, as install/publish makes it." };
        var against = new Option<string?>("--against") { HelpName = "FOLDER", Description = "Folder with the programs of an earlier build, measured in turn with this one." };
        var rounds = new Option<int>("--rounds") { HelpName = "N", DefaultValueFactory = _ => 15, Description = "Values of each figure. Default: 15." };
        var few = new Option<int>("--servers") { HelpName = "N", DefaultValueFactory = _ => 20, Description = "Servers in the lab. Default: 20." };
        var many = new Option<int>("--many") { HelpName = "N", DefaultValueFactory = _ => 200, Description = "Servers in the full lab, at most 240. Default: 200." };
        var starts = new Option<int>("--starts") { HelpName = "N", DefaultValueFactory = _ => 200, Description = "Counted starts of containers. Default: 200." };
        var only = new Option<string>("--only") { HelpName = "A,B", DefaultValueFactory = _ => "", Description = $"Only these parts: {string.Join(", ", LeanRun.Parts)}." };
        var technitium = new Option<string?>("--technitium") { HelpName = "FILE", Description = "DnsServerApp.dll of an installed Technitium DNS Server, measured too." };
        var into = new Option<string?>("--into") { HelpName = "FILE", Description = "Markdown file; the part between the lean marks is replaced." };
        var command = new Command(Name, "Measure memory, CPU, wake-ups, size and times of agent, command line and DNS server, in the lab; needs root.")
        {
            programs, against, rounds, few, many, starts, only, technitium, into,
        };
        command.Validators.Add(result =>
        {
            foreach (var part in LabMeasuring.Words(result.GetValue(only)).Except(LeanRun.Parts))
                result.AddError($"--only: there is no part '{part}'; use {string.Join(", ", LeanRun.Parts)}.");
        });
        command.SetAction((parsed, _) => RunAsync(new LeanOptions
        {
            Programs = Path.GetFullPath(parsed.GetValue(programs)!),
            Against = parsed.GetValue(against) is { } folder ? Path.GetFullPath(folder) : null,
            Rounds = parsed.GetValue(rounds),
            Few = parsed.GetValue(few),
            Many = parsed.GetValue(many),
            Starts = parsed.GetValue(starts),
            Only = LabMeasuring.Words(parsed.GetValue(only)),
            Technitium = parsed.GetValue(technitium),
            Into = parsed.GetValue(into),
        }));
        return command;
    }

    private static Task<int> RunAsync(LeanOptions options)
    {
        var about = $"{MachineDescription.Describe()}\n\n{MachineDescription.Versions([new UnboundSystem(), new DnsmasqSystem()])}, docker {Version("docker")}; {options.Rounds} rounds";
        Console.WriteLine(about);
        LeanRun? run = null;
        return LabMeasuring.RunAsync(
            (say, cancellationToken) => (run = new LeanRun(options, say, cancellationToken)).RunAsync(),
            () =>
            {
                LeanReport.Write(run!, about, options.Into);
                return run!.Figures.TrueForAll(figure => figure.Verdict != "missed");
            });
    }

    private static string Version(string program) =>
        Tool.Run(program, "--version").Split(' ', ',').FirstOrDefault(word => word.Length > 0 && char.IsAsciiDigit(word[0])) ?? "?";
}
