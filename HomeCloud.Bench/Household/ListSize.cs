using HomeCloud.Bench.Lean;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Household;

/// <summary>What a block list takes in memory, and how long a server needs until it answers by it.</summary>
internal static class ListSize
{
    private const int LocalNames = 20;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public static IEnumerable<LeanFigure> Measure(MeasuredServers servers, BlockedList list, HouseholdOptions options, List<string> notes)
    {
        var zone = Path.Combine(servers.Folder, "few");
        ZoneFiles.Write(zone, LocalNames);
        var local = QuestionWriter.Write($"{Workload.HostName(0)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(0));
        var blocking = new HomeCloudSystem(options.Server, HomeCloudSystem.SystemName, "--block", $"bench={list.Hosts}");
        List<double> fromText = [], fromCopy = [], theirs = [];
        List<double> ready = [], again = [], theirReady = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            var none = Take(servers, new HomeCloudSystem(options.Server), local, zone).Memory;
            var folder = servers.NewFolder();
            var first = Take(servers, blocking, list.Probe, zone, folder);
            var second = Take(servers, blocking, list.Probe, zone, folder);
            fromText.Add(first.Memory - none);
            fromCopy.Add(second.Memory - none);
            ready.Add(first.Ready);
            again.Add(second.Ready);
            if (Tool.Find(Dnsmasq) is not null)
            {
                var empty = Take(servers, new DnsmasqSystem(), local, zone).Memory;
                var full = Take(servers, new DnsmasqSystem($"--addn-hosts={list.Hosts}"), list.Probe, zone);
                theirs.Add(full.Memory - empty);
                theirReady.Add(full.Ready);
            }

            servers.Say($"list: round {round + 1}/{options.Rounds}");
        }

        var names = $"{options.Names:N0} blocked names";
        yield return new LeanFigure($"{names}, memory (PSS) over none", "MB", Comparing.Ratio, 0.20, fromCopy, Dnsmasq, theirs);
        yield return new LeanFigure($"{names}, memory over none, after the text was read", "MB", Comparing.Ratio, 0.20, fromText, Dnsmasq, theirs);
        yield return new LeanFigure($"{names}, start → first blocked answer, from the kept copy", "s", Comparing.Ratio, 0.10, again, Dnsmasq, theirReady);
        yield return new LeanFigure($"{names}, start → first blocked answer, the first time", "s", Comparing.Ratio, 0.10, ready, Dnsmasq, theirReady);
        if (Tool.Find(Unbound) is null)
            yield break;

        // Half a minute and half a gigabyte: once.
        var bare = Take(servers, new UnboundSystem(), local, zone).Memory;
        var unbound = Take(servers, new UnboundSystem(include: list.Unbound), list.Probe, zone);
        yield return new LeanFigure($"{names}, memory over none", "MB", Comparing.Ratio, null, fromCopy, Unbound, [unbound.Memory - bare]);
        yield return new LeanFigure($"{names}, start → first blocked answer, the first time", "s", Comparing.Ratio, null, ready, Unbound, [unbound.Ready]);
        notes.Add($"Unbound's figures with {names} are of one start.");
    }

    private const string Dnsmasq = "dnsmasq";
    private const string Unbound = "unbound";

    private static (double Memory, double Ready) Take(MeasuredServers servers, ISystem system, Question probe, string zone, string? folder = null)
    {
        var server = servers.Start(system, probe, zone, folder: folder);
        servers.Stop.WaitHandle.WaitOne(Settle);
        servers.Stop.ThrowIfCancellationRequested();
        var memory = RestingProcess.Memory(server.Id);
        servers.End(server);
        return (memory, server.StartTime.TotalSeconds);
    }
}
