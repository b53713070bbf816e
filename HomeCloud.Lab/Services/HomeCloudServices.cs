using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Services;

/// <summary>HomeCloud itself, in the shape asked for.</summary>
internal static class HomeCloudServices
{
    /// <summary>What the units in install/systemd give agent and DNS server, where other services have 100.</summary>
    public const int CpuWeight = 1000;

    private const string RedisPort = "6379";
    private const double StepOfNice = 1.25; // sched(7)

    // Nothing in the lab runs under systemd: the same share in the other measure that the kernel knows.
    private static readonly int Nice = -(int)Math.Round(Math.Log(CpuWeight / 100.0, StepOfNice));

    /// <summary>How many servers answer DNS; two are enough to lose one.</summary>
    public static int NameServers(LabOptions options) => options.Shape == LabShape.Redis ? Math.Min(2, options.Servers) : 1;

    /// <summary>Redis on the first server, a replica of it on the second.</summary>
    public static Daemon? Redis(LabOptions options, Machine server, int index)
    {
        if (options.Shape != LabShape.Redis || index > 1)
            return null;
        string[] command =
        [
            options.RedisProgram, "--port", RedisPort, "--bind", "0.0.0.0", "::", "--protected-mode", "no",
            "--dir", server.State, "--save", "", "--appendonly", "no",
            .. (index == 1 ? (string[])["--replicaof", Lan.Server4(0), RedisPort] : []),
        ];
        return new(server, "redis", command);
    }

    /// <summary>The agent; it answers DNS too in the embedded shape.</summary>
    public static Daemon Agent(LabOptions options, Machine server, int index) => new(
        server,
        "agent",
        options.Shape == LabShape.Embedded
            ? [Executables.AgentOf(options.Programs), .. Listen(index), .. Upstream, .. HouseRules.Options(options, server)]
            : [Executables.AgentOf(options.Programs), "--redis", RedisEndpoints(options), .. SharedDnsAddress.AgentOptions(options)],
        Nice);

    public static Daemon? Dns(LabOptions options, Machine server, int index) =>
        options.Shape == LabShape.Redis && index < NameServers(options)
            ? new(server, "dns", [Executables.DnsOf(options.Programs), "--redis", RedisEndpoints(options), .. Listen(index), .. SharedDnsAddress.DnsOptions(options), .. Upstream, .. HouseRules.Options(options, server)], Nice)
            : null;

    public static Daemon ScriptedUpstream(Machine internet) => new(
        internet,
        "upstream",
        [Executables.Cli, "lab", "upstream", "--listen", Lan.Upstream4 + ":53", "--listen", $"[{Lan.Upstream6}]:53", "--log", UpstreamLog(internet), "--root-key", RootKey(internet)]);

    /// <summary>What the root out there is signed with.</summary>
    public static string RootKey(Machine internet) => Path.Combine(internet.State, "root-key.pem");

    /// <summary>Every question that left the house.</summary>
    public static string UpstreamLog(Machine internet) => Path.Combine(internet.State, "questions.log");

    private static string[] Upstream => ["--upstream", Lan.Upstream4 + ":53"];

    private static string[] Listen(int index) => ["--listen", "127.0.0.1:53", "--listen", $"{Lan.Server4(index)}:53", "--listen", $"[{Lan.Server6(index)}]:53"];

    private static string RedisEndpoints(LabOptions options) =>
        string.Join(',', Enumerable.Range(0, Math.Min(2, options.Servers)).Select(i => $"{Lan.Server4(i)}:{RedisPort}"));
}
