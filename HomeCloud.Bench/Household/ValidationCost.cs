using System.Globalization;
using HomeCloud.Bench.Lean;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Household;

/// <summary>What validated answers cost: from the cache beside answers that nobody validated, and cold beside Unbound and BIND.</summary>
internal static class ValidationCost
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // Half of what Unbound and BIND take from one client without a pause.
    private static LoadPlan Once(Workload workload) => new(Longest, Window: 48) { Most = workload.Questions.Length, Waits = true, Patience = TimeSpan.FromSeconds(3) };

    public static void WriteAnchor(MeasuredServers servers, SignedTree tree) => File.WriteAllText(AnchorFile(servers), $". IN DS {tree.Anchor}\n");

    public static IEnumerable<LeanFigure> Cached(MeasuredServers servers, SignedTree tree, SignedUpstream upstream, HouseholdOptions options)
    {
        var (judged, plain) = (tree.Cached(isSecure: true), tree.Cached(isSecure: false));
        var validating = servers.Start(Validating(options, servers), judged.Questions[0], upstream: upstream.EndPoint);
        var trusting = servers.Start(new HomeCloudSystem(options.Server), plain.Questions[0], upstream: upstream.EndPoint);
        MeasuredServers.CpuPerAnswer(validating, judged, Once(judged));
        MeasuredServers.CpuPerAnswer(trusting, plain, Once(plain));
        var plan = new LoadPlan(options.Duration);
        var values = servers.Rounds("validated answers from the cache", options.Rounds, _ => MeasuredServers.CpuPerAnswer(validating, judged, plan), _ => MeasuredServers.CpuPerAnswer(trusting, plain, plan));
        servers.End(validating);
        servers.End(trusting);
        yield return new LeanFigure("validated answer from the cache, CPU", "µs", Comparing.Ratio, 1.02, values[0], "not validated", values[1]);
    }

    public static IEnumerable<LeanFigure> Cold(MeasuredServers servers, SignedTree tree, SignedUpstream upstream, HouseholdOptions options, List<string> notes)
    {
        ISystem[] known = [Validating(options, servers), new UnboundSystem(anchor: tree.Anchor), new BindSystem(tree.Anchor)];
        RunningServer[] running =
        [
            .. known.Where(system => Tool.Find(system.Program) is not null).Select(system => servers.Start(system, tree.Cached(isSecure: true).Questions[0], upstream: upstream.EndPoint)),
        ];
        foreach (var kind in SignedTree.Kinds)
        {
            var questions = new double[running.Length];
            var values = servers.Rounds($"cold: {kind.Title}", options.Rounds, [.. running.Select((server, i) => (Func<int, double>)(round =>
            {
                var (workload, before) = (SignedTree.Cold(kind, round + 1), upstream.Asked);
                var cost = MeasuredServers.CpuPerAnswer(server, workload, Once(workload));
                questions[i] += (upstream.Asked - before) / (double)workload.Questions.Length;
                return cost;
            }))]);
            notes.Add($"Upstream questions for each cold answer, {kind.Title}: {string.Join(", ", running.Select((server, i) => string.Create(CultureInfo.InvariantCulture, $"{server.System.Name} {questions[i] / (options.Rounds + 1):F2}")))}.");
            foreach (var (server, theirs) in running.Zip(values).Skip(1))
                yield return new LeanFigure($"cold validated answer, {kind.Title}, CPU", "µs", Comparing.Ratio, server.System is BindSystem ? kind.BesideBind : kind.BesideUnbound, values[0], server.System.Name, theirs);
        }

        foreach (var server in running)
            servers.End(server);
    }

    private static HomeCloudSystem Validating(HouseholdOptions options, MeasuredServers servers) =>
        new(options.Server, HomeCloudSystem.SystemName, "--dnssec", "on", "--trust-anchor", AnchorFile(servers));

    private static string AnchorFile(MeasuredServers servers) => Path.Combine(servers.Folder, "root.anchor");
}
