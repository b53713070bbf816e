using System.Diagnostics;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Machines;

/// <summary>Starts the process that holds a lab together: see <see cref="KeeperScript"/>.</summary>
internal sealed class Keeper : IAsyncDisposable
{
    public const string KeeperRole = "keeper";
    public const string LabRole = "lab";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private readonly string _lab;
    private Process? _process;
    private bool _detached;

    public Keeper(string lab) => _lab = lab;

    /// <returns>Process id of the first process of the lab.</returns>
    public async Task<int> StartAsync(CancellationToken cancellationToken)
    {
        var paths = new LabPaths(_lab);
        using var unmistakable = await LabLock.AcquireAsync(cancellationToken);
        Directory.CreateDirectory(paths.State);
        await File.WriteAllTextAsync(paths.Script(KeeperRole), KeeperScript.Text, cancellationToken);
        await File.WriteAllTextAsync(paths.Script(LabRole), KeeperScript.Init, cancellationToken);
        await File.WriteAllTextAsync(paths.Script(MachineScript.Name), MachineScript.Text, cancellationToken);
        // Out of the terminal's process group: Ctrl-C must not reach the one who cleans up.
        var start = Command.Describe(
        [
            "setsid", "sh", paths.Script(KeeperRole), ProcessTable.Marker(_lab, KeeperRole),
            ProcessTable.Marker(_lab, LabRole), paths.State, _lab, paths.Script(LabRole),
        ]);
        start.RedirectStandardInput = true;
        start.WorkingDirectory = "/";
        _process = Command.Start(start);

        int? init = null;
        if (await Poll.UntilAsync(() => File.Exists(Path.Combine(paths.State, "ready")) && (init = ProcessTable.FindInit(_lab, LabRole)) is not null, StartLimit, cancellationToken))
            return init!.Value;
        throw new LabException("The lab's namespaces did not start; see `unshare --mount --pid --fork true`.");
    }

    public async Task DetachAsync()
    {
        _detached = true;
        if (_process is not null)
        {
            await _process.StandardInput.WriteLineAsync("detach");
            _process.StandardInput.Close();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is not { } process)
            return;
        if (!_detached)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
