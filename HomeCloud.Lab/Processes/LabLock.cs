using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Processes;

/// <summary>Locks between labs of this machine, each a file in the cache.</summary>
internal static class LabLock
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Held while a lab has a directory but no process yet, and while remains are removed: else the one looks like the other.</summary>
    /// <exception cref="LabException">Another process holds it for too long.</exception>
    public static Task<IDisposable> AcquireAsync(CancellationToken cancellationToken = default) => AcquireAsync("lock", Limit, cancellationToken);

    /// <param name="name">Of the file.</param>
    /// <param name="limit">How long to wait for the process that holds it.</param>
    /// <inheritdoc cref="AcquireAsync(CancellationToken)" path="/exception"/>
    public static async Task<IDisposable> AcquireAsync(string name, TimeSpan limit, CancellationToken cancellationToken)
    {
        var path = Path.Combine(LabPaths.Cache, name);
        Directory.CreateDirectory(LabPaths.Cache);
        FileStream? held = null;
        if (await Poll.UntilAsync(() => (held = TryOpen(path)) is not null, limit, cancellationToken))
            return held!;
        throw new LabException($"Another lab holds {path}; wait for it, or see `homecloud lab ls`.");
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            // Not sharing means an exclusive flock here, and it is taken.
            return null;
        }
    }
}
