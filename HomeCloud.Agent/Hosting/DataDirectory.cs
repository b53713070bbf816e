namespace HomeCloud.Agent.Hosting;

/// <summary>
/// This process's claim on the data directory: two agents that write the same files would lose each other's. The kernel gives
/// the claim up with the process, however that ends.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>Left out of backups by its extension: it cannot be read while it is held.</summary>
    private const string FileName = "agent.lock";

    /// <summary>EWOULDBLOCK, what flock(2) says of a file that another process holds.</summary>
    private const int HeldElsewhere = 11;

    private FileStream? _claim;

    private DataDirectory()
    {
    }

    /// <summary>Why nothing can be written there, or null. Names are served all the same.</summary>
    public string? Problem { get; private init; }

    /// <returns>Null when another agent has it.</returns>
    public static DataDirectory? Claim(string path)
    {
        FileStream? claim = null;
        try
        {
            Directory.CreateDirectory(path);
            claim = new FileStream(Path.Combine(path, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

            // On a full disk a file can often still be made, but not filled.
            claim.Write(new byte[1]);
            claim.Flush(flushToDisk: true);
            return new DataDirectory { _claim = claim };
        }
        catch (IOException exception) when (exception.HResult == HeldElsewhere && claim is null)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new DataDirectory { _claim = claim, Problem = exception.Message };
        }
    }

    public void Dispose() => _claim?.Dispose();
}
