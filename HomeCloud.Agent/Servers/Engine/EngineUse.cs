using System.Text;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>
/// Who uses a container. The files of its network namespace say it best, and cost a few reads; where this process does not see
/// them (another process namespace, hidepid, a remote engine), the engine's statistics count packets, and before a sleep the same
/// files are read by a command inside.
/// </summary>
internal static class EngineUse
{
    private static readonly string[] Inside = ["cat", "/proc/net/tcp", "/proc/net/tcp6"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<UseReading?> ReadAsync(EngineClient docker, ContainerFacts container, bool thoroughly, CancellationToken cancellationToken)
    {
        try
        {
            var reading = ContainerNetwork.TryRead(container.ProcessId, [.. container.Addresses]) ?? await FromStatisticsAsync(docker, container.Id, cancellationToken);
            if (reading is null || !thoroughly)
                return reading;
            // Before our own command is one.
            reading = reading with { RunsExec = await RunsExecAsync(docker, container.Id, cancellationToken) };
            return reading.Connections is null && !reading.RunsExec ? await FromInsideAsync(docker, container.Id, reading, cancellationToken) : reading;
        }
        catch (DockerException)
        {
            return null;
        }
    }

    private static async Task<UseReading?> FromStatisticsAsync(EngineClient docker, string container, CancellationToken cancellationToken)
    {
        ContainerStatsResponse? stats = null;
        await docker.AskAsync(
            "GET /containers/stats",
            (d, token) => d.Containers.GetContainerStatsAsync(
                Uri.EscapeDataString(container), new ContainerStatsParameters { Stream = false, OneShot = true }, new Lines<ContainerStatsResponse>(report => stats = report), token),
            cancellationToken);

        // What it sends: broadcasts of the LAN are among what it receives.
        return stats?.Networks is { } networks ? new UseReading(null, networks.Values.Sum(network => (long)(network?.TxPackets ?? 0))) : null;
    }

    private static async Task<bool> RunsExecAsync(EngineClient docker, string container, CancellationToken cancellationToken)
    {
        var id = Uri.EscapeDataString(container);
        var found = await docker.AskAsync($"GET /containers/{id}/json", (d, token) => d.Containers.InspectContainerAsync(id, token), cancellationToken);
        foreach (var exec in found.ExecIDs ?? [])
        {
            // The list has those that have ended a moment ago too.
            if (await docker.FindAsync("GET /exec/json", (d, token) => d.Exec.InspectContainerExecAsync(Uri.EscapeDataString(exec), token), cancellationToken) is { Running: true })
                return true;
        }

        return false;
    }

    private static async Task<UseReading> FromInsideAsync(EngineClient docker, string container, UseReading reading, CancellationToken cancellationToken)
    {
        try
        {
            var made = await docker.AskAsync(
                "POST /containers/exec",
                (d, token) => d.Exec.CreateContainerExecAsync(Uri.EscapeDataString(container), new ContainerExecCreateParameters { AttachStdout = true, AttachStderr = true, Cmd = Inside }, token),
                cancellationToken);
            var text = await docker.AskAsync(
                "POST /exec/start",
                async (d, token) =>
                {
                    using var stream = await d.Exec.StartContainerExecAsync(made.ID, new ContainerExecStartParameters { Detach = false, TTY = false }, token);
                    return (await stream.ReadOutputToEndAsync(token)).stdout;
                },
                cancellationToken,
                Patience);
            return ContainerNetwork.Connections(text) is { } connections
                ? reading with { Connections = connections }
                : reading with { Unseen = "its image has no command cat" };
        }
        catch (EngineRefusedException refused)
        {
            return reading with { Unseen = refused.Message };
        }
    }
}

/// <summary>The files of a container's network namespace, as proc(5) has them. Hostile only as far as the kernel is.</summary>
internal static class ContainerNetwork
{
    private const int LongestFile = 4 << 20;

    /// <returns>Null when this process does not see them, or they are another namespace's: the number may mean another process here.</returns>
    public static UseReading? TryRead(int process, IReadOnlyCollection<System.Net.IPAddress> addresses)
    {
        if (process <= 1 || addresses.Count == 0)
            return null;
        try
        {
            string Read(string file) => Text($"/proc/{process}/net/{file}");
            if (!HasAddress(Read("fib_trie"), Read("if_inet6"), addresses))
                return null;
            return new UseReading(Connections(Read("tcp") + Read("tcp6")), Packets(Read("dev"), Read("snmp"), Read("netstat"), Read("snmp6")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Whether the namespace has one of the addresses.</summary>
    public static bool HasAddress(string fibTrie, string ifInet6, IEnumerable<System.Net.IPAddress> addresses)
    {
        foreach (var address in addresses)
        {
            var found = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                ? HasLocal(fibTrie, address.ToString())
                : ifInet6.Contains(Convert.ToHexStringLower(address.GetAddressBytes()), StringComparison.Ordinal);
            if (found)
                return true;
        }

        return false;
    }

    /// <summary>TCP connections with other hosts that are established, about to be, or have something to send still.</summary>
    /// <param name="tables"><c>tcp</c> and <c>tcp6</c>, one after the other.</param>
    /// <returns>Null when it is no such table.</returns>
    public static int? Connections(string tables)
    {
        if (!tables.Contains("local_address", StringComparison.Ordinal))
            return null;
        var count = 0;
        foreach (var line in tables.Split('\n'))
        {
            // sl, local_address, remote_address, st, tx_queue:rx_queue, …
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length < 5 || columns[0] == "sl" || columns[1].Split(':') is not [var local, _] || columns[2].Split(':') is not [var remote, _])
                continue;
            var sends = columns[4].Split(':')[0].AsSpan().TrimStart('0').Length > 0;
            var uses = columns[3] switch
            {
                "01" or "03" => true, // ESTABLISHED, SYN_RECV
                "04" or "08" or "09" => sends, // FIN_WAIT1, CLOSE_WAIT, LAST_ACK
                _ => false,
            };
            if (uses && !IsOwn(remote, local))
                count++;
        }

        return count;
    }

    /// <summary>Unicast packets sent and received on the wire.</summary>
    public static long Packets(string dev, string snmp, string netstat, string snmp6)
    {
        var ip = Pairs(snmp, "Ip:");
        var ext = Pairs(netstat, "IpExt:");
        var ip6 = snmp6.Split('\n').Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(columns => columns.Length == 2).DistinctBy(columns => columns[0]).ToDictionary(columns => columns[0], columns => Number(columns[1]));
        var four = Value(ip, "InReceives") + Value(ip, "OutRequests")
            - Value(ext, "InMcastPkts") - Value(ext, "OutMcastPkts") - Value(ext, "InBcastPkts") - Value(ext, "OutBcastPkts");
        var six = Value(ip6, "Ip6InReceives") + Value(ip6, "Ip6OutRequests") - Value(ip6, "Ip6InMcastPkts") - Value(ip6, "Ip6OutMcastPkts");

        // Every packet on lo was sent and received. IP counts what it sends before segments are joined or split: nearly is enough.
        return Math.Max(0, four + six - (2 * Loopback(dev)));

        static long Value(Dictionary<string, long> values, string key) => values.GetValueOrDefault(key);
    }

    private static bool IsOwn(string remote, string local) =>
        remote == local
        || remote.All(c => c == '0')
        || (remote.Length == 8 && remote.EndsWith("7F", StringComparison.OrdinalIgnoreCase))
        || (remote.Length == 32 && (remote == "00000000000000000000000001000000"
            || (remote.StartsWith("0000000000000000FFFF0000", StringComparison.OrdinalIgnoreCase) && remote.EndsWith("7F", StringComparison.OrdinalIgnoreCase))));

    private static long Loopback(string dev)
    {
        foreach (var line in dev.Split('\n'))
        {
            if (line.TrimStart().StartsWith("lo:", StringComparison.Ordinal) && line[(line.IndexOf(':') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var packets, ..])
                return Number(packets);
        }

        return 0;
    }

    private static bool HasLocal(string fibTrie, string address)
    {
        var lines = fibTrie.Split('\n');
        for (var i = 0; i + 1 < lines.Length; i++)
        {
            if (lines[i].TrimEnd().EndsWith($"|-- {address}", StringComparison.Ordinal) && lines[i + 1].Contains("host LOCAL", StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>Two lines with one title each: names, then values.</summary>
    private static Dictionary<string, long> Pairs(string text, string title)
    {
        var lines = text.Split('\n').Where(line => line.StartsWith(title + " ", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        return lines is [var names, var values, ..] && names.Length == values.Length
            ? names.Zip(values).Skip(1).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => Number(pair.Second))
            : [];
    }

    private static long Number(string text) => long.TryParse(text, out var number) ? number : 0;

    private static string Text(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var bytes = new byte[16 << 10];
        var length = 0;
        while (stream.Read(bytes, length, bytes.Length - length) is > 0 and var read)
        {
            length += read;
            if (length > LongestFile)
                throw new FormatException($"{path} has more than {LongestFile} bytes.");
            if (length == bytes.Length)
                Array.Resize(ref bytes, length * 2);
        }

        return Encoding.ASCII.GetString(bytes, 0, length);
    }
}
