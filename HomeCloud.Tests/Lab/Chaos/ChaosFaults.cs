using HomeCloud.Lab;
using HomeCloud.Lab.Network;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>
/// Draws faults. Redis writes nothing to disk of its own here, so each kill of the primary loses everything, or leaves the old
/// state that it got when it was a replica and synced for the first time. The primary wanders between two servers.
/// </summary>
internal sealed class ChaosFaults(HomeLab lab, Random random)
{
    private const int Kinds = 9;

    private readonly Queue<int> _kinds = new();
    private int _primary;

    /// <summary>A big fault, of another kind each time until all have been, now and then with a killed agent on top.</summary>
    public IReadOnlyList<ChaosFault> Draw()
    {
        var fault = NextKind() switch
        {
            0 => KillAgent(Any()),
            1 => KillDns(),
            2 => KillRedis(),
            3 => FailOver(),
            4 => KillEngine(Any()),
            5 => Cut(Any()),
            6 => SplitBrain(),
            7 => PowerCut(Any()),
            _ => HangRedis(),
        };
        if (random.Next(3) != 0 || fault.Text.Contains("agent", StringComparison.Ordinal))
            return [fault];
        var agent = KillAgent(Any(except: fault.PowerAway ? fault.EngineAway : null));
        return [fault, agent];
    }

    private int NextKind()
    {
        if (_kinds.Count == 0)
        {
            var kinds = Enumerable.Range(0, Kinds).ToArray();
            random.Shuffle(kinds);
            foreach (var kind in kinds)
                _kinds.Enqueue(kind);
        }

        return _kinds.Dequeue();
    }

    private LabServer Primary => lab.Servers[_primary];

    private LabServer Replica => lab.Servers[1 - _primary];

    private LabServer Any(LabServer? except = null)
    {
        LabServer[] servers = [.. lab.Servers.Where(server => server != except)];
        return servers[random.Next(servers.Length)];
    }

    private static ChaosFault KillAgent(LabServer server) => new(
        $"kill -9 of the agent on {server.Machine.Name}", () => server.Agent.EndAsync("KILL"), () => server.Agent.StartAsync());

    private ChaosFault KillDns()
    {
        var server = lab.Servers[random.Next(2)];
        return new($"kill -9 of homecloud-dns on {server.Machine.Name}", () => server.Dns!.EndAsync("KILL"), () => server.Dns!.StartAsync());
    }

    private ChaosFault PowerCut(LabServer server)
    {
        var primary = Primary;
        return new(
            $"the plug of {server.Machine.Name} is pulled",
            () => HomeLab.PullPlugAsync(server),
            async () =>
            {
                await lab.PowerOnAsync(server);
                if (server == primary)
                    await RedisAsync(server, "REPLICAOF", "NO", "ONE");
                else if (server.Redis is not null)
                    await FollowAsync(server, primary);
            },
            server,
            PowerAway: true);
    }

    private static ChaosFault KillEngine(LabServer server) => new(
        $"kill -9 of dockerd on {server.Machine.Name}",
        () => server.Engine.Daemon.EndAsync("KILL"),
        async () =>
        {
            await server.Engine.StartAsync();
            await server.Engine.ReadyAsync();
        },
        server);

    private ChaosFault KillRedis()
    {
        var primary = Primary;
        return new(
            $"kill -9 of Redis on {primary.Machine.Name}, which comes back empty or old",
            () => primary.Redis!.EndAsync("KILL"),
            async () =>
            {
                await primary.Redis!.StartAsync();
                await RedisAsync(primary, "REPLICAOF", "NO", "ONE");
            });
    }

    private ChaosFault HangRedis()
    {
        var primary = Primary;
        return new($"SIGSTOP of Redis on {primary.Machine.Name}", () => primary.Redis!.SignalAsync("STOP"), () => primary.Redis!.SignalAsync("CONT"));
    }

    private ChaosFault FailOver()
    {
        var (old, @new) = Turn();
        return new(
            $"kill -9 of Redis on {old.Machine.Name}, its replica on {@new.Machine.Name} is promoted",
            async () =>
            {
                await old.Redis!.EndAsync("KILL");
                await RedisAsync(@new, "REPLICAOF", "NO", "ONE");
            },
            async () =>
            {
                await old.Redis!.StartAsync();
                await FollowAsync(old, @new);
            });
    }

    private ChaosFault Cut(LabServer server) => new(
        $"the cable of {server.Machine.Name} is cut",
        () => lab.SetCableAsync(server.Machine.Name, connected: false),
        () => lab.SetCableAsync(server.Machine.Name, connected: true));

    // The old primary is left alive behind the cut cable, with an agent and a DNS server that still use it.
    private ChaosFault SplitBrain()
    {
        var (old, @new) = Turn();
        return new(
            $"the cable of {old.Machine.Name} with Redis's primary is cut, its replica on {@new.Machine.Name} is promoted",
            async () =>
            {
                await lab.SetCableAsync(old.Machine.Name, connected: false);
                await RedisAsync(@new, "REPLICAOF", "NO", "ONE");
            },
            async () =>
            {
                await lab.SetCableAsync(old.Machine.Name, connected: true);
                await FollowAsync(old, @new);
            });
    }

    private (LabServer Old, LabServer New) Turn()
    {
        var turn = (Primary, Replica);
        _primary = 1 - _primary;
        return turn;
    }

    private static Task FollowAsync(LabServer replica, LabServer primary) =>
        RedisAsync(replica, "REPLICAOF", Lan.Server4(primary.Index), "6379");

    private static async Task RedisAsync(LabServer server, params string[] command)
    {
        // It may still be starting, or be cut off from nobody but itself.
        var answered = await HomeCloud.Lab.Processes.Poll.UntilAsync(
            async () => (await server.Machine.RunAsync(["redis-cli", .. command])).Output.Contains("OK", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20));
        answered.Should().BeTrue($"redis-cli {string.Join(' ', command)} on {server.Machine.Name}");
    }
}
