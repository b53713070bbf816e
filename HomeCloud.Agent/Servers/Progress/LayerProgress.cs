namespace HomeCloud.Agent.Servers.Progress;

/// <summary>One layer of an image on its way.</summary>
/// <param name="Id">Its short digest.</param>
/// <param name="Status">In the engine's words: Downloading, Extracting, Pull complete.</param>
/// <param name="Current">Bytes done of the current phase.</param>
/// <param name="Total">Bytes of the current phase; 0 when not known.</param>
public sealed record LayerProgress(string Id, string Status, long Current, long Total)
{
    public bool IsDone => Status is "Pull complete" or "Already exists";
}
