using HomeCloud.Bench.Load;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Lean;

/// <summary>Name servers with the same few names, side by side, with nobody asking.</summary>
internal static class PeerRest
{
    private const int Names = 20;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<PeerFigure>> MeasureAsync(IReadOnlyList<ISystem> systems, LeanOptions options, CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("homecloud-bench-peers-").FullName;
        var servers = new List<RunningServer>();
        try
        {
            var zone = Path.Combine(directory, "zone");
            ZoneFiles.Write(zone, Names);
            foreach (var system in systems)
            {
                var listen = FreePort.OfBoth();
                var own = Directory.CreateDirectory(Path.Combine(directory, system.Name)).FullName;
                servers.Add(RunningServer.Start(
                    system, system.Configure(Role.Local, own, listen, zone, null)!, listen, QuestionWriter.Write($"{Workload.HostName(0)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(0))));
            }

            await Task.Delay(Settle, stop);
            var figures = servers.Select(server => new PeerFigure(server.System.Name == HomeCloudSystem.SystemName ? "homecloud-dns" : server.System.Name, $"DNS; {Names} names", [], [], [])).ToList();
            for (var round = 0; round < options.Rounds; round++)
            {
                var samples = await RestingProcess.WatchAsync([.. servers.Select(server => server.Id)], TimeSpan.FromSeconds(2), stop);
                for (var i = 0; i < servers.Count; i++)
                {
                    figures[i].Memory.Add(RestingProcess.Memory(servers[i].Id));
                    figures[i].Cpu.Add(samples[i].Cpu);
                    figures[i].WakeUps.Add(samples[i].WakeUps);
                }
            }

            return figures;
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
            Directory.Delete(directory, recursive: true);
        }
    }
}

/// <param name="Name">Of the program.</param>
/// <param name="Job">What it does there.</param>
/// <param name="Memory">Proportional set size in MB, a value each round.</param>
/// <param name="Cpu">Milliseconds a second.</param>
/// <param name="WakeUps">A second.</param>
internal sealed record PeerFigure(string Name, string Job, List<double> Memory, List<double> Cpu, List<double> WakeUps);
