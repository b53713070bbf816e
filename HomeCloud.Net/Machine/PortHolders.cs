using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Net.Machine;

/// <param name="Address">What it is bound to; 0.0.0.0 or :: for all.</param>
/// <param name="Process">Name of the process, <c>?</c> when it may not be known (not root).</param>
/// <param name="Pid">0 when it may not be known.</param>
public sealed record PortHolder(IPAddress Address, string Process, int Pid);

/// <summary>Reads the kernel's socket tables, and finds the process of a socket by its inode among all processes' descriptors.</summary>
public static class PortHolders
{
    private const string Listening = "0A";
    private static readonly string[] Udp = ["udp", "udp6"];
    private static readonly string[] Tcp = ["tcp", "tcp6"];

    /// <summary>Processes that have a UDP socket bound to a port of this machine, or a TCP socket that listens on it.</summary>
    public static IReadOnlyList<PortHolder> Of(int port) => Of(port, [.. Udp, .. Tcp]);

    /// <summary>The same for one protocol.</summary>
    public static IReadOnlyList<PortHolder> Of(int port, ProtocolType protocol) => Of(port, protocol == ProtocolType.Udp ? Udp : Tcp);

    private static IReadOnlyList<PortHolder> Of(int port, string[] tables)
    {
        var sockets = tables.SelectMany(table => Read(table, port)).ToList();
        if (sockets.Count == 0)
            return [];
        var processes = ProcessesByInode([.. sockets.Select(socket => socket.Inode)]);
        return [.. sockets.Select(socket => processes.TryGetValue(socket.Inode, out var process) ? new PortHolder(socket.Address, process.Name, process.Pid) : new PortHolder(socket.Address, "?", 0)).Distinct()];
    }

    private static IEnumerable<(IPAddress Address, string Inode)> Read(string table, int port)
    {
        var path = "/proc/net/" + table;
        if (!File.Exists(path))
            yield break;
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            // sl local_address rem_address st … uid timeout inode
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var local = columns[1].Split(':');
            if (int.Parse(local[1], NumberStyles.HexNumber) != port || (table.StartsWith("tcp", StringComparison.Ordinal) && columns[3] != Listening))
                continue;
            yield return (ParseAddress(local[0]), columns[9]);
        }
    }

    // Four-octet groups, each in host order.
    internal static IPAddress ParseAddress(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        for (var group = 0; group < bytes.Length; group += 4)
            Array.Reverse(bytes, group, 4);
        return new IPAddress(bytes);
    }

    private static Dictionary<string, (string Name, int Pid)> ProcessesByInode(HashSet<string> inodes)
    {
        Dictionary<string, (string, int)> found = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid))
                continue;
            try
            {
                foreach (var descriptor in Directory.EnumerateFiles(Path.Combine(folder, "fd")))
                {
                    var target = new FileInfo(descriptor).LinkTarget;
                    if (target is not null && target.StartsWith("socket:[", StringComparison.Ordinal) && inodes.Contains(target[8..^1]))
                        found.TryAdd(target[8..^1], (File.ReadAllText(Path.Combine(folder, "comm")).Trim(), pid));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile, or another user's: stays unknown.
            }
        }

        return found;
    }
}
