using System.CommandLine;
using System.Net;
using HomeCloud.Bench.Household;
using HomeCloud.Bench.Lean;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Micro;
using HomeCloud.Bench.Registry;
using HomeCloud.Bench.Report;
using HomeCloud.Bench.Serving;
using HomeCloud.Bench.Sleep;
using HomeCloud.Bench.Starts;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench;

/// <summary>The command line of <c>./bench</c>.</summary>
internal static class BenchCommand
{
    public static RootCommand Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Few short rounds: about three minutes, less exact." };
        var rounds = new Option<int?>("--rounds") { HelpName = "N", Description = "Rounds of each measurement. Default: 7, with --quick 2." };
        var seconds = new Option<double?>("--seconds") { HelpName = "S", Description = "Length of each measurement. Default: 3, with --quick 0.7." };
        var systems = new Option<string>("--systems") { HelpName = "A,B", DefaultValueFactory = _ => "", Description = "Only these: echo, homecloud, earlier, knot, nsd, unbound, dnsmasq, bind, technitium, homecloud-full, homecloud-bare." };
        var only = new Option<string>("--only") { HelpName = "A,B", DefaultValueFactory = _ => "", Description = "Only these measures: a, mix, edns, cookie, rate1k, rate20k, tcp1, tcp16, a-100k, forward, start, memory, unpinned, dnsperf." };
        var server = new Option<string>("--server") { HelpName = "FILE", DefaultValueFactory = _ => "homecloud-dns", Description = "The homecloud-dns to measure." };
        var against = new Option<string?>("--against") { HelpName = "FILE", Description = "homecloud-dns of an earlier build, measured too as 'earlier'." };
        var technitium = new Option<string?>("--technitium") { HelpName = "FILE", Description = "DnsServerApp.dll of an installed Technitium DNS Server, measured too." };
        var into = new Option<string?>("--into") { HelpName = "FILE", Description = "Markdown file; the part between the result marks is replaced, and the chart is written beside it." };
        var output = new Option<string>("--output") { HelpName = "DIRECTORY", DefaultValueFactory = _ => ".", Description = "Folder for results.txt, results.md and chart.svg." };
        var root = new RootCommand("Compare HomeCloud's DNS server with others.") { quick, rounds, seconds, systems, only, server, against, technitium, output, into };
        root.SetAction(parsed =>
        {
            var short_ = parsed.GetValue(quick);
            return Run(new BenchOptions
            {
                Rounds = parsed.GetValue(rounds) ?? (short_ ? 2 : 7),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? (short_ ? 0.7 : 3)),
                Starts = short_ ? 3 : 10,
                Systems = Words(parsed.GetValue(systems)!),
                Only = Words(parsed.GetValue(only)!),
                Server = parsed.GetValue(server)!,
                Against = parsed.GetValue(against),
                Technitium = parsed.GetValue(technitium),
                Output = parsed.GetValue(output)!,
                Into = parsed.GetValue(into),
            });
        });
        root.Subcommands.Add(Serve("echo", "Serve a bare batched UDP echo.", EchoServer.Run));
        root.Subcommands.Add(Serve("upstream", "Serve as a scripted upstream.", BenchUpstream.Run));
        root.Subcommands.Add(ScaleCommand.Create());
        root.Subcommands.Add(StartLatencyCommand.Create());
        root.Subcommands.Add(LeanCommand.Create());
        root.Subcommands.Add(HouseholdCommand.Create());
        root.Subcommands.Add(SleepCommand.Create());
        root.Subcommands.Add(ServeOurs());
        root.Subcommands.Add(MicroBenchmarks.Create());
        return root;
    }

    /// <returns>0 when every goal that was measured is met and nothing was answered wrong, 2 when not, 130 when interrupted.</returns>
    private static int Run(BenchOptions options)
    {
        ISystem[] known =
        [
            new EchoSystem(), new HomeCloudSystem(options.Server), .. options.Against is { } earlier ? [new HomeCloudSystem(earlier, HomeCloudSystem.EarlierName)] : Array.Empty<ISystem>(),
            new KnotSystem(), new NsdSystem(),
            new UnboundSystem(), new DnsmasqSystem(), new BindSystem(), .. options.Technitium is { } path ? [new TechnitiumSystem(path)] : Array.Empty<ISystem>(),
            new InProcessSystem(ServeCommand.Bare), new InProcessSystem(ServeCommand.Full),
        ];
        var systems = known.Where(system => options.WantsSystem(system.Name)).ToList();
        foreach (var missing in systems.Where(system => Tool.Find(system.Program) is null).ToList())
        {
            Console.WriteLine($"skipped: {missing.Name} ({missing.Program} is not installed)");
            systems.Remove(missing);
        }

        var machine = MachineDescription.Describe();
        var versions = MachineDescription.Versions(systems);
        Console.WriteLine(machine);
        Console.WriteLine(versions);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var stop = new Interruption();
        var run = new BenchRun(options, systems, text => Console.WriteLine($"[{watch.Elapsed:mm\\:ss}] {text}"), stop.Token);
        try
        {
            run.Run();
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("bench: interrupted; all servers are stopped, no results are written");
            return 130;
        }

        var report = new BenchReport(run.Results, [.. systems.Select(system => system.Name)]);
        ResultFiles.Write(options, report, Chart.Draw(run.Results, report.Systems), $"{machine}\n\n{versions}\n\n{options.Rounds} rounds of {options.Duration.TotalSeconds} s");
        return report.AllMet ? 0 : 2;
    }

    private static Command ServeOurs()
    {
        var kind = new Argument<string>("KIND");
        var address = new Argument<string>("ADDR:PORT");
        var hosts = new Argument<string>("FILE");
        var command = new Command("serve", "Serve HomeCloud's DNS, bare or full.") { kind, address, hosts };
        command.Hidden = true;
        command.SetAction((parsed, _) => ServeCommand.RunAsync(parsed.GetValue(kind)!, parsed.GetValue(address)!, parsed.GetValue(hosts)!));
        return command;
    }

    private static Command Serve(string name, string description, Func<IPEndPoint, int> run)
    {
        var address = new Argument<string>("ADDR:PORT");
        var command = new Command(name, description) { address };
        command.Hidden = true;
        command.SetAction(parsed => run(IPEndPoint.Parse(parsed.GetValue(address)!)));
        return command;
    }

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
