using System.Globalization;

namespace HomeCloud.Lab.Processes;

/// <summary>
/// What /proc says about labs. The first process of every namespace of a lab carries a marker in its command
/// line, so the process table itself is the list of labs: nothing can be stale.
/// </summary>
public static class ProcessTable
{
    private const string Prefix = "homecloud-lab:";

    public static string Marker(string lab, string role) => $"{Prefix}{lab}:{role}";

    /// <summary>All processes that carry a marker, wrappers included.</summary>
    public static IReadOnlyList<MarkedProcess> Marked()
    {
        var found = new List<MarkedProcess>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Read(pid) is { } process)
                found.Add(process);
        }

        return found;
    }

    /// <summary>The process id, as seen from here, of the first process of a namespace of a lab; null when there is none.</summary>
    public static int? FindInit(string lab, string role) =>
        Marked().FirstOrDefault(p => p.Lab == lab && p.Role == role && p.IsInit)?.Pid;

    private static MarkedProcess? Read(int pid)
    {
        try
        {
            var commandLine = File.ReadAllText($"/proc/{pid}/cmdline");
            var marker = commandLine.Split('\0').FirstOrDefault(a => a.StartsWith(Prefix, StringComparison.Ordinal));
            if (marker is null || marker.Split(':') is not [_, var lab, var role])
                return null;
            return new(pid, lab, role, InnermostPid(pid) == 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked.
            return null;
        }
    }

    private static int InnermostPid(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("NSpid:", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.AsSpan(line.LastIndexOf('\t') + 1), CultureInfo.InvariantCulture);
    }
}

/// <param name="Pid">As seen from the caller's process namespace.</param>
/// <param name="Lab">Which lab it belongs to.</param>
/// <param name="Role"><c>keeper</c>, <c>lab</c>, or the name of a machine.</param>
/// <param name="IsInit">Whether it is the first process of a process namespace: when it ends, the kernel ends all others there.</param>
public sealed record MarkedProcess(int Pid, string Lab, string Role, bool IsInit);
