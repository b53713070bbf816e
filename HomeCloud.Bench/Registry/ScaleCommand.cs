using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Report;
using HomeCloud.Registry;

namespace HomeCloud.Bench.Registry;

/// <summary>
/// <c>registry-scale</c>: 100,000 names of 100 simulated agents in a real Redis, 1,000 changes a second, and a real
/// homecloud-dns that is asked for them. Everything shares this machine's processors, the load too.
/// </summary>
internal static class ScaleCommand
{
    public const string Name = "registry-scale";

    /// <summary>Of so many changes DNS is asked for one.</summary>
    private const int Sampled = 10;

    public static Command Create()
    {
        var agents = new Option<int>("--agents") { DefaultValueFactory = _ => 100, Description = "Number of simulated agents, at most 255." };
        var names = new Option<int>("--names") { DefaultValueFactory = _ => 1000, Description = "Number of names per agent." };
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 1000, Description = "Changes per second." };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 20, Description = "Length of the measurement." };
        var server = new Option<string>("--server") { HelpName = "FILE", DefaultValueFactory = _ => "homecloud-dns", Description = "The homecloud-dns to measure." };
        var command = new Command(Name, "Measure a Redis registry with many names.") { agents, names, rate, seconds, server };
        command.SetAction((parsed, _) => RunAsync(
            new ScaleOptions(parsed.GetValue(agents), parsed.GetValue(names), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds))), parsed.GetValue(server)!));
        return command;
    }

    private static async Task<int> RunAsync(ScaleOptions scale, string program)
    {
        Console.WriteLine(MachineDescription.Describe());
        await using var redis = new ScaleRedis();
        var agents = new ScaleAgents(scale, new RegistryOptions { Redis = redis.Address, RedisTimeout = TimeSpan.FromSeconds(10) });
        var start = Stopwatch.GetTimestamp();
        await agents.LoadAsync();
        Print($"{scale.Names:N0} names of {scale.Agents} agents written to Redis after {Seconds(start):F1} s; Redis uses {redis.Memory >> 20} MiB");
        var changes = agents.Changes();
        var questions = changes.Select(ScaleProbe.Ask).ToArray();
        Question[] loaded = [.. changes.Where((_, i) => i % 100 == 0).Select(change => QuestionWriter.Write(change.Record.Name + ".home", QuestionWriter.A, 0, Before(change)))];

        start = Stopwatch.GetTimestamp();
        using var server = new ScaleServer(program, redis.Address, redis.Directory, FreePort());
        server.WaitFor(loaded);
        Print($"cold start of homecloud-dns, until {loaded.Length} names of all agents are answered: {1000 * Seconds(start):F0} ms (goal: 2000) with {server.Cpu.TotalMilliseconds:F0} ms of CPU, {server.MemoryMiB} MiB");

        using var load = new ScaleLoad(redis.Address, scale);
        var (redisCpu, serverCpu) = (redis.Cpu, server.Cpu);
        TimeSpan took;
        var probe = new ScaleProbe(server.EndPoint);
        using (probe)
        {
            took = load.Run(changes, sent =>
            {
                if (sent % Sampled == 0)
                    probe.Follow(questions[sent]);
            });
        }

        Print($"{changes.Length:N0} changes in {took.TotalSeconds:F1} s ({changes.Length / took.TotalSeconds:F0} per second), sent late by {Spread(load.Late)} ms");
        Print($"change sent -> correct answer, {probe.Taken.Count} samples: {Spread(probe.Taken)} ms (goal: p99 50); never correct: {probe.Lost}");
        Print($"CPU of one core: Redis {(redis.Cpu - redisCpu) / took:P0}, homecloud-dns {(server.Cpu - serverCpu) / took:P0} with the {probe.Taken.Count} names' questions; its memory {server.MemoryMiB} MiB");
        return probe.Lost == 0 ? 0 : 1;
    }

    private static IPAddress Before(ScaleChange change)
    {
        var address = change.Record.Addresses[0].GetAddressBytes();
        address[0]--;
        return new IPAddress(address);
    }

    private static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private static string Spread(List<double> values)
    {
        values.Sort();
        return values.Count == 0
            ? "-"
            : string.Create(CultureInfo.InvariantCulture, $"median {values[values.Count / 2]:F1}, p99 {values[(int)(values.Count * 0.99)]:F1}, worst {values[^1]:F1}");
    }

    private static double Seconds(long since) => Stopwatch.GetElapsedTime(since).TotalSeconds;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
