using HomeCloud.Lab.Processes;

namespace HomeCloud.Lab;

/// <summary>Held while a lab has a directory but no process yet, and while remains are removed: else the one looks like the other.</summary>
internal static class LabLock
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <exception cref="LabException">Somebody else holds it for too long.</exception>
    public static async Task<IDisposable> AcquireAsync(CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(LabPaths.Cache);
        FileStream? held = null;
        if (await Poll.UntilAsync(() => (held = TryOpen()) is not null, Limit, cancellationToken))
            return held!;
        throw new LabException($"Another lab keeps {LabPaths.Cache}/lock; wait for it, or see `homecloud lab ls`.");
    }

    private static FileStream? TryOpen()
    {
        try
        {
            return new FileStream(Path.Combine(LabPaths.Cache, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            // Not sharing means an exclusive flock here, and it is taken.
            return null;
        }
    }
}
