using System.Globalization;
using HomeCloud.Bench.Native;

namespace HomeCloud.Bench.Measuring;

/// <summary>A server and the processes it has started, as /proc sees them.</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<int> Of(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Fields(id) is { } fields)
                parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        var found = new List<int> { root };
        for (var i = 0; i < found.Count; i++)
            found.AddRange(parents.Where(pair => pair.Value == found[i]).Select(pair => pair.Key));
        return found;
    }

    /// <summary>
    /// User and system time of the whole tree so far, threads that ended included. Taken from each process's own clock in
    /// nanoseconds, because utime and stime only count in hundredths of a second; those of children that ended are added.
    /// </summary>
    public static TimeSpan CpuTime(int root)
    {
        long nanoseconds = 0;
        foreach (var id in Of(root))
        {
            nanoseconds += ProcessClock.Nanoseconds(id);

            // cutime and cstime: dnsmasq answers each TCP connection in a process of its own.
            if (Fields(id) is { } fields)
                nanoseconds += (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) * 10_000_000;
        }

        return TimeSpan.FromTicks(nanoseconds / 100);
    }

    /// <summary>A line of /proc/PID/status in KiB, summed over the tree.</summary>
    public static long Memory(int root, string line) => Of(root).Sum(id => StatusLine(id, line));

    /// <summary>Fields after the command name in /proc/PID/stat; [0] is the state.</summary>
    private static string[]? Fields(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long StatusLine(int id, string line)
    {
        try
        {
            var text = File.ReadLines($"/proc/{id}/status").FirstOrDefault(candidate => candidate.StartsWith(line + ":", StringComparison.Ordinal));
            return text is null ? 0 : long.Parse(text.Split((char[])[' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
