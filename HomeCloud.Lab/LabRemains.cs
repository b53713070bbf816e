using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab;

/// <summary>Finds labs by what is there: processes, directories, control groups; ends them and removes what is left of dead ones.</summary>
public static class LabRemains
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    /// <summary>Labs that are up.</summary>
    public static IReadOnlyList<string> Living() =>
        [.. ProcessTable.Marked().Where(p => p.Role is Keeper.LabRole or Keeper.KeeperRole).Select(p => p.Lab).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Labs whose processes are gone but which left something behind: someone killed even the keeper.</summary>
    public static IReadOnlyList<string> Dead()
    {
        // Traces first: a lab that starts meanwhile is then no trace yet, or alive.
        var traces = Traces().ToList();
        return [.. traces.Except(Living()).Order(StringComparer.Ordinal)];
    }

    /// <summary>Removes what dead labs left.</summary>
    public static async Task SweepAsync(CancellationToken cancellationToken = default)
    {
        using var _ = await LabLock.AcquireAsync(cancellationToken);
        foreach (var id in Dead())
            Clean(id);
    }

    /// <summary>Ends a lab, whichever process made it, and removes everything of it.</summary>
    public static async Task TakeDownAsync(string id)
    {
        // The keeper first: it would otherwise wait for the process that made the lab. The kernel ends the rest with it.
        foreach (var role in (string[])[Keeper.KeeperRole, Keeper.LabRole])
        {
            foreach (var process in ProcessTable.Marked().Where(p => p.Lab == id && p.Role == role))
                await Command.RunAsync(["kill", "-KILL", $"{process.Pid}"]);
        }

        if (!await Poll.UntilAsync(() => ProcessTable.Marked().All(p => p.Lab != id), EndLimit))
            throw new LabException($"Processes of lab '{id}' do not exit: {string.Join(", ", ProcessTable.Marked().Where(p => p.Lab == id))}");
        Clean(id);
    }

    private static void Clean(string id)
    {
        var script = $"id={id} state={new LabPaths(id).State}\n" + KeeperScript.Cleanup;
        using var shell = Command.Start(Command.Describe(["sh", "-c", script]));
        shell.WaitForExit();
    }

    private static IEnumerable<string> Traces()
    {
        const string GroupPrefix = "homecloud-lab-";
        var states = Directory.Exists(LabPaths.Root) ? Directory.EnumerateDirectories(LabPaths.Root) : [];
        string[] hierarchies = Directory.Exists("/sys/fs/cgroup") ? ["/sys/fs/cgroup", .. Directory.EnumerateDirectories("/sys/fs/cgroup")] : [];
        return states.Select(s => Path.GetFileName(s))
            .Concat(hierarchies.SelectMany(h => Directory.EnumerateDirectories(h, GroupPrefix + "*")).Select(g => Path.GetFileName(g)[GroupPrefix.Length..]))
            .Distinct();
    }
}
