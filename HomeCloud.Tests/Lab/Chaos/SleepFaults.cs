using System.Diagnostics;
using System.Globalization;
using HomeCloud.Lab;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>Kills agent, DNS server, Redis and engine of one server, one after the other, now and then all at once, and says when nothing was broken.</summary>
/// <param name="lab">One server.</param>
/// <param name="random">Of order and times.</param>
/// <param name="startDown">Starts the servers that neither run nor sleep.</param>
/// <param name="log">Hears of each.</param>
internal sealed class SleepFaults(HomeLab lab, Random random, Func<Task> startDown, Action<string> log)
{
    /// <summary>After it was mended: it has started, and found the others again.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private readonly List<Time> _times = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _times.Count;
        }
    }

    /// <summary>What was broken last.</summary>
    public string Now
    {
        get
        {
            lock (_lock)
                return _times is [.., var last] ? last.Text : "nothing";
        }
    }

    public async Task RunAsync(CancellationToken over)
    {
        ChaosFault[] kinds = [.. Faults()];
        for (var turn = 0; !over.IsCancellationRequested; turn++)
        {
            if (turn % kinds.Length == 0)
                random.Shuffle(kinds);
            var fault = kinds[turn % kinds.Length];
            await WaitAsync(TimeSpan.FromSeconds(6 + (14 * random.NextDouble())), over);
            if (over.IsCancellationRequested)
                return;
            var time = new Time(Stopwatch.GetTimestamp(), fault.Text, fault.EngineAway is not null);
            lock (_lock)
                _times.Add(time);
            log(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {fault.Text}"));
            await fault.Break();
            await WaitAsync(TimeSpan.FromSeconds(3 * random.NextDouble()), over);
            await fault.Mend();
            time.End = Stopwatch.GetTimestamp();
        }
    }

    /// <param name="since">Timestamp.</param>
    public bool WasCalmSince(long since) => !Overlaps(since, _ => true);

    /// <inheritdoc cref="WasCalmSince"/>
    public bool WasEngineAwaySince(long since) => Overlaps(since, time => time.IsEngine);

    private bool Overlaps(long since, Func<Time, bool> wanted)
    {
        lock (_lock)
            return _times.Any(time => wanted(time) && (time.End == 0 || Stopwatch.GetElapsedTime(time.End, since) < Recovery));
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken over) => await Task.Delay(time, over).ContinueWith(_ => { }, TaskScheduler.Default);

    private IEnumerable<ChaosFault> Faults()
    {
        var server = lab.Server;
        yield return new("kill -9 of the agent", () => server.Agent.EndAsync("KILL"), () => server.Agent.StartAsync());
        yield return new("kill -9 of homecloud-dns", () => server.Dns!.EndAsync("KILL"), () => server.Dns!.StartAsync());
        yield return new("kill -9 of Redis, which comes back empty", () => server.Redis!.EndAsync("KILL"), () => server.Redis!.StartAsync());
        yield return new("SIGSTOP of Redis", () => server.Redis!.SignalAsync("STOP"), () => server.Redis!.SignalAsync("CONT"));
        yield return new(
            "kill -9 of dockerd",
            () => server.Engine.Daemon.EndAsync("KILL"),
            async () =>
            {
                await server.Engine.StartAsync();
                await server.Engine.ReadyAsync();
                // Docker 20.10 stops what outlived it, and takes that for a person's wish.
                await startDown();
            },
            server);
        yield return new("the plug is pulled", () => HomeLab.PullPlugAsync(server), () => lab.PowerOnAsync(server), server, PowerAway: true);
    }

    private sealed record Time(long Begin, string Text, bool IsEngine)
    {
        /// <summary>Timestamp; 0 while it lasts.</summary>
        public long End { get; set; }
    }
}
