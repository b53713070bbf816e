using HomeCloud.Bench.Lean;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Household;

/// <summary>What answers cost a server that has a block list: those of the list, and all others beside a server without one.</summary>
internal static class AnswerCost
{
    private const int Names = 1_000;

    public static IEnumerable<LeanFigure> Measure(MeasuredServers servers, BlockedList list, HouseholdOptions options)
    {
        var zone = Path.Combine(servers.Folder, "thousand");
        ZoneFiles.Write(zone, Names);
        var (hits, foreign, plan) = (Workload.Hits(Names), Workload.Lasting(Names), new LoadPlan(options.Duration));
        var upstream = BenchUpstream.Start();
        var without = servers.Start(new HomeCloudSystem(options.Server), hits.Questions[0], zone, upstream);
        var with = servers.Start(new HomeCloudSystem(options.Server, HomeCloudSystem.SystemName, "--block", $"bench={list.Hosts}"), list.Probe, zone, upstream);
        var echo = servers.Start(new EchoSystem(), hits.ForEcho().Questions[0]);
        var echoed = list.Questions.ForEcho();
        foreach (var server in (Measuring.RunningServer[])[without, with])
            UdpLoad.Run(server.EndPoint, foreign, new LoadPlan(TimeSpan.FromSeconds(1), Window: 32, Rate: 5_000) { Waits = true });

        var local = servers.Rounds("local hits", options.Rounds, _ => MeasuredServers.CpuPerAnswer(with, hits, plan), _ => MeasuredServers.CpuPerAnswer(without, hits, plan));
        var cached = servers.Rounds("cached hits", options.Rounds, _ => MeasuredServers.CpuPerAnswer(with, foreign, plan), _ => MeasuredServers.CpuPerAnswer(without, foreign, plan));
        var blocked = servers.Rounds("blocked answers", options.Rounds, _ => MeasuredServers.CpuPerAnswer(with, list.Questions, plan), _ => MeasuredServers.CpuPerAnswer(echo, echoed, plan));
        servers.End(without);
        servers.End(with);
        servers.End(echo);
        yield return new LeanFigure("answer for a name of the home with the list, CPU", "µs", Comparing.Ratio, 1.03, local[0], "no list", local[1]);
        yield return new LeanFigure("answer from the cache with the list, CPU", "µs", Comparing.Ratio, 1.03, cached[0], "no list", cached[1]);
        yield return new LeanFigure("blocked answer, CPU", "µs", Comparing.Ratio, 1.10, blocked[0], "bare echo", blocked[1]);
    }
}
